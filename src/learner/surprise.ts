import { logErfc } from '../kernel/math/logErfc.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

const AVERAGED = 10;
const BLOCK = 100;
/** 87 blocks of 100 rows: about a month at 5 minutes. */
const BLOCKS = 87;
const LARGEST = 20;
/** An error so many times the largest one so far is a surprise by itself, however noisy the series is by day. */
const RECORD = 1.5;
const RECORD_SURPRISE = 50;

/**
 * How unlikely the recent errors are, after the anomaly likelihood of HTM (Ahmad, Lavin, Purdy & Agha 2017): each error in
 * units of the usual one, averaged over 10 rows, against the normal distribution of such averages over the last months.
 * 0 at the usual average, 1 for each factor of ten less likely.
 */
export class Surprise implements Stateful {
  #errors = 0;
  #usual = 0;
  readonly #recent: Float64Array = new Float64Array(AVERAGED);
  /** Ring of block sums: per block Σa and Σa². */
  readonly #sums: Float64Array = new Float64Array(2 * BLOCKS);
  #mean = 0;
  #deviation = 0;
  #largest = 0;

  /** @param floor the smallest error that means anything (half the sensor's resolution) */
  update(error: number, floor: number): number {
    const size = Math.abs(error);
    const z = this.#inUsualUnits(size, floor);
    this.#learnUsual(size);
    this.#recent[this.#errors % AVERAGED] = z;
    this.#errors++;
    let average = 0;
    for (let i = 0; i < AVERAGED; i++) average += this.#recent[i] as number;
    average /= AVERAGED;
    let score = this.#score(average);
    if (this.isReady && size > RECORD * Math.max(this.#largest, floor)) score = Math.max(score, RECORD_SURPRISE);
    if (size > this.#largest) this.#largest = size;
    this.#learnAverage(average);
    return score;
  }

  /** Whether the usual averages are known: two blocks of rows have passed. */
  get isReady(): boolean {
    return this.#errors >= 2 * BLOCK;
  }

  #inUsualUnits(size: number, floor: number): number {
    if (this.#errors === 0) return 0;
    return Math.min(size / Math.max(this.#usual, floor, 1e-300), LARGEST);
  }

  #learnUsual(size: number): void {
    // After 30 rows an error counts at most four usual ones, so that a fault does not become the usual.
    const capped = this.#errors > 30 ? Math.min(size, 4 * this.#usual) : size;
    this.#usual += rate(this.#errors + 1, 1 / 500) * (capped - this.#usual);
  }

  #score(average: number): number {
    if (!this.isReady) return 0;
    const distance = (average - this.#mean) / (Math.max(this.#deviation, 1e-6) * Math.SQRT2);
    return Math.max(0, -logErfc(distance) / Math.LN10);
  }

  #learnAverage(average: number): void {
    const row = this.#errors - 1;
    const slot = 2 * (Math.floor(row / BLOCK) % BLOCKS);
    if (row % BLOCK === 0) this.#sums.fill(0, slot, slot + 2);
    this.#sums[slot] = (this.#sums[slot] as number) + average;
    this.#sums[slot + 1] = (this.#sums[slot + 1] as number) + average * average;
    if (row % BLOCK === BLOCK - 1) this.#refit(row + 1);
  }

  #refit(rows: number): void {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 2 * BLOCKS; i += 2) {
      sum += this.#sums[i] as number;
      squares += this.#sums[i + 1] as number;
    }
    const count = Math.min(rows, BLOCKS * BLOCK);
    this.#mean = sum / count;
    this.#deviation = Math.sqrt(Math.max(squares / count - this.#mean * this.#mean, 0));
  }

  exchange(io: StateIo): void {
    this.#errors = io.number('errors', this.#errors);
    this.#usual = io.number('usual', this.#usual);
    io.array('recent', this.#recent);
    io.array('sums', this.#sums);
    this.#mean = io.number('mean', this.#mean);
    this.#deviation = io.number('deviation', this.#deviation);
    this.#largest = io.number('largest', this.#largest);
  }
}
