import type { Stateful, StateIo } from '../model/stateIo.ts';
import { RobustSquare } from './robustSquare.ts';

const ETA = 0.05;
const FIRST_MULTIPLIER = 1.6;
/** In usual errors: what one error counts at most in the scale. */
const BOUND = 4;
const COVERAGE_ROWS = 500;

/**
 * Interval of one horizon by scaled quantile tracking (online conformal prediction: Gibbs & Candès 2021; Angelopoulos,
 * Candès & Tibshirani 2023): half-width q·√(½A + ½B), A and B slow and fast means of the squared errors, q raised a little
 * on each miss and lowered on each hit, so that in the long run the nominal share is inside whatever the errors look like.
 */
export class Interval implements Stateful {
  readonly #missShare: number;
  #multiplier = FIRST_MULTIPLIER;
  /** A forecast has been scored, be it one that taught nothing. */
  #isScored = false;
  readonly #slow = new RobustSquare(1 / 500, BOUND);
  readonly #fast = new RobustSquare(1 / 50, BOUND);
  /** Ring: 1 where a reading that had changed was inside. */
  readonly #inside: Uint8Array = new Uint8Array(COVERAGE_ROWS);
  #scored = 0;
  #insideCount = 0;

  /** @param nominal wanted coverage, e.g. 0.9 */
  constructor(nominal: number) {
    this.#missShare = 1 - nominal;
  }

  /**
   * NaN before the first score; 0 while every reading was the same, and forecast. At least half the sensor's resolution: a
   * finer interval would promise nothing.
   */
  halfWidth(resolution: number): number {
    if (!this.#isScored) return Number.NaN;
    return Math.max(this.#multiplier * Math.sqrt(this.#square()), resolution / 2);
  }

  /**
   * The reading has come that a forecast was for. Rows that neither changed nor fell outside teach nothing: quantised and
   * idle streams would otherwise reach their share by trivial rows.
   * @param isMissed whether the reading is outside of the interval as issued @param hadInterval whether one was issued
   */
  score(error: number, change: number, isMissed: boolean, hadInterval: boolean, resolution: number): void {
    this.#isScored = true;
    const hasChanged = Math.abs(change) > resolution / 2;
    const missed = isMissed ? 1 : 0;
    if (!hasChanged && !isMissed) return;
    if (hadInterval) {
      const step = ETA * (missed - this.#missShare) * Math.max(this.#multiplier, 0.1);
      this.#multiplier = Math.max(this.#multiplier + step, 1e-3);
      if (hasChanged) this.#remember(1 - missed);
    }
    const limit = this.#slow.limit(Math.max(this.#square(), (resolution * resolution) / 4));
    this.#slow.add(error * error, limit);
    this.#fast.add(error * error, limit);
  }

  #square(): number {
    return 0.5 * this.#slow.mean + 0.5 * this.#fast.mean;
  }

  #remember(inside: number): void {
    const slot = this.#scored % COVERAGE_ROWS;
    this.#insideCount += inside - this.#inside[slot];
    this.#inside[slot] = inside;
    this.#scored++;
  }

  /** Share of the last 500 changed readings that were inside; NaN while there is none. */
  get coverage(): number {
    return this.#insideCount / Math.min(this.#scored, COVERAGE_ROWS);
  }

  exchange(io: StateIo): void {
    if (io.version < 3) this.#adopt(io);
    const numbers = Float64Array.of(this.#multiplier, Number(this.#isScored), this.#scored, this.#insideCount);
    io.array('numbers', numbers);
    const [multiplier, isScored, scored, insideCount] = numbers as unknown as readonly [number, number, number, number];
    this.#multiplier = multiplier;
    this.#isScored = isScored === 1;
    this.#scored = scored;
    this.#insideCount = insideCount;
    this.#slow.exchange(io.within('slow'));
    this.#fast.exchange(io.within('fast'));
    if (io.version < 3) io.array('inside', this.#inside);
    else this.#exchangeInside(io);
  }

  /** A bit for each reading. */
  #exchangeInside(io: StateIo): void {
    const bits = new Uint8Array(Math.ceil(COVERAGE_ROWS / 8));
    for (let slot = 0; slot < COVERAGE_ROWS; slot++) {
      bits[slot >> 3] = bits[slot >> 3] | (this.#inside[slot] << (slot & 7));
    }
    io.array('insideBits', bits);
    for (let slot = 0; slot < COVERAGE_ROWS; slot++) {
      this.#inside[slot] = (bits[slot >> 3] >> (slot & 7)) & 1;
    }
  }

  #adopt(io: StateIo): void {
    const errors = io.number('errors', 0);
    this.#multiplier = io.number('multiplier', this.#multiplier);
    this.#isScored = io.number('isScored', 0) === 1;
    this.#scored = io.number('scored', 0);
    this.#insideCount = io.number('insideCount', 0);
    this.#slow.adopt(errors, io.number('slow', 0));
    this.#fast.adopt(errors, io.number('fast', 0));
  }
}
