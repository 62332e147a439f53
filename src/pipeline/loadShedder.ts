import { type Effort, NO_LEARNING } from '../domain/effort.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, type EpochMs, toDurationMs } from '../domain/time.ts';

/** Measures that the shedder goes by. */
export interface Pressure {
  /** Waiting samples as a share of those that may wait, 0 to 1. */
  readonly fill: number;
  /** Time that the oldest of them has waited, in ms. */
  readonly delay: number;
}

/** Rungs below are efforts; on this one samples are coalesced besides. */
export const COALESCING = 6;

const HIGH_FILL = 0.5;
const LOW_FILL = 0.25;
const THIN_AFTER = toDurationMs(500);
/** Time that a delay has to last: a burst that is over before is only a burst. */
const PATIENCE_MS = 5000;
/** While the queue fills there is no time for patience. */
const CLIMB_EVERY_MS = 100;
const DESCEND_EVERY_MS = 1500;
/** A stream that takes less than this part of the average share is no cause of the load. */
const SMALL_SHARE = 0.5;
const COUNT_FOR_MS = 1000;

/**
 * Degree to which learning is thinned: one level up while too much waits, one down when the pressure has been half of
 * that for a while. Forecasts are made on every level. Streams that send little are spared: one that sends a hundred
 * times as much as it used to costs only itself.
 */
export class LoadShedder {
  readonly #thinAfter: number;
  #level = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;
  /** Since when the delay has been too long, without a break; NaN: it is not. */
  #slowSince = Number.NaN;
  /** Since when all has been calm. */
  #calmSince = Number.NaN;
  /** Samples of each stream in this second and in the one before, while there is pressure. */
  #counts = new Map<StreamId, number>();
  #lastCounts = new Map<StreamId, number>();
  #total = 0;
  #mean = 0;
  #countedAt = 0;

  /** @param thinAfter a wait that is too long if it lasts, 0: nothing is ever thinned */
  constructor(thinAfter: DurationMs = THIN_AFTER) {
    this.#thinAfter = thinAfter;
  }

  /** 0: everything is learned; COALESCING: all that can be left out is. */
  get level(): number {
    return this.#level;
  }

  /** @returns whether the level has changed */
  observe(now: EpochMs, { fill, delay }: Pressure): boolean {
    if (this.#thinAfter === 0) return false;
    if (now < this.#seenAt) this.#beginAnew(now);
    this.#seenAt = now;
    if (fill < LOW_FILL && delay < this.#thinAfter / 2) return this.#calm(now);
    this.#calmSince = Number.NaN;
    const isSlow = delay > this.#thinAfter;
    if (!isSlow) this.#slowSince = Number.NaN;
    else if (Number.isNaN(this.#slowSince)) this.#slowSince = now;
    const isUrgent = fill > HIGH_FILL && now - this.#changedAt >= CLIMB_EVERY_MS;
    const isLasting = now - this.#slowSince >= PATIENCE_MS && now - this.#changedAt >= PATIENCE_MS / 5;
    if ((!isUrgent && !isLasting) || this.#level >= COALESCING) return false;
    // Before anything is left out altogether the queue has to be nearly full.
    if (this.#level === NO_LEARNING && fill < (1 + HIGH_FILL) / 2) return false;
    return this.#move(now, 1);
  }

  /** Something has to be left out now: before it is, learning has to be off. @returns whether the level has changed */
  exhaust(now: EpochMs): boolean {
    if (this.#thinAfter === 0 || this.#level >= COALESCING) return false;
    this.#calmSince = Number.NaN;
    return this.#move(now, COALESCING - this.#level);
  }

  /** The clock was set back: nothing that was timed by it counts any more. */
  #beginAnew(now: EpochMs): void {
    this.#changedAt = now;
    this.#slowSince = Number.NaN;
    this.#calmSince = Number.NaN;
  }

  #calm(now: EpochMs): boolean {
    this.#slowSince = Number.NaN;
    if (this.#level === 0) return false;
    if (Number.isNaN(this.#calmSince)) this.#calmSince = now;
    if (now - this.#calmSince < DESCEND_EVERY_MS || now - this.#changedAt < DESCEND_EVERY_MS) return false;
    return this.#move(now, -1);
  }

  #move(now: EpochMs, by: number): boolean {
    this.#level += by;
    this.#changedAt = now;
    if (this.#level === 0) this.#forgetCounts();
    return true;
  }

  /** Effort for the next sample of a stream. */
  effortFor(stream: StreamId, now: EpochMs): Effort {
    if (this.#level === 0) return 0;
    const count = this.#count(stream, now);
    if (this.#mean > 0 && count < SMALL_SHARE * this.#mean) return 0;
    return Math.min(this.#level, NO_LEARNING) as Effort;
  }

  /** @returns samples of the stream in the last whole second */
  #count(stream: StreamId, now: EpochMs): number {
    if (Math.abs(now - this.#countedAt) >= COUNT_FOR_MS) {
      this.#mean = this.#counts.size === 0 ? 0 : this.#total / this.#counts.size;
      this.#lastCounts = this.#counts;
      this.#counts = new Map();
      this.#total = 0;
      this.#countedAt = now;
    }
    this.#total++;
    this.#counts.set(stream, (this.#counts.get(stream) ?? 0) + 1);
    return this.#lastCounts.get(stream) ?? 0;
  }

  #forgetCounts(): void {
    this.#counts = new Map();
    this.#lastCounts = new Map();
    this.#total = 0;
    this.#mean = 0;
  }
}
