import type { Stateful, StateIo } from '../model/stateIo.ts';
import type { Doubt } from './doubt.ts';

/** Rows kept: a week at 15 minutes, a day at 2 minutes. 9 KiB. */
export const HISTORY_ROWS = 768;

/** Season and horizon in question, seen from a moment: `at` and `seasonMs` in ms, `interval` in ms a row, `steps` in rows. */
interface Season {
  readonly at: number;
  readonly interval: number;
  readonly seasonMs: number;
  readonly steps: number;
}

/**
 * Ring of the newest rows: time and value (float64, because large counters are differenced later). Times are kept in whole
 * seconds: a day fits into the ring only where the rows are more than a hundred seconds apart.
 */
export class History implements Stateful {
  readonly #at: Uint32Array = new Uint32Array(HISTORY_ROWS);
  readonly #value: Float64Array = new Float64Array(HISTORY_ROWS);
  #next = 0;
  #count = 0;

  push(at: number, value: number): void {
    this.#at[this.#next] = toSeconds(at);
    this.#value[this.#next] = value;
    this.#next = (this.#next + 1) % HISTORY_ROWS;
    if (this.#count < HISTORY_ROWS) this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /** Value `age` rows ago (0 = newest), NaN where there is none. */
  ago(age: number): number {
    return age < this.#count ? this.#value[this.#slot(age)] : Number.NaN;
  }

  /** All rows move by so much. */
  move(shift: number): void {
    for (let slot = 0; slot < this.#count; slot++) this.#value[slot] = this.#value[slot] + shift;
  }

  /** Puts a value in the place of the one `age` rows ago (0 = newest); without effect where there is none. */
  replace(age: number, value: number): void {
    if (age < this.#count) this.#value[this.#slot(age)] = value;
  }

  /** Value of the row nearest to a moment (epoch ms), NaN where none lies within `tolerance` ms of it. */
  near(at: number, tolerance: number): number {
    const seconds = at / 1000;
    const age = this.#firstAtOrBefore(seconds);
    let nearest = Number.NaN;
    let distance = tolerance / 1000;
    for (let candidate = age - 1; candidate <= age; candidate++) {
      if (candidate < 0 || candidate >= this.#count) continue;
      const slot = this.#slot(candidate);
      const apart = Math.abs(this.#at[slot] - seconds);
      if (apart <= distance) {
        distance = apart;
        nearest = this.#value[slot];
      }
    }
    return nearest;
  }

  /**
   * The reading one season before the moment `steps` ahead of `at` (a whole number of seasons where the horizon is longer),
   * NaN where the history does not reach that far or has a gap there.
   */
  seasonAgo({ at, interval, seasonMs, steps }: Season): number {
    if (interval === 0 || seasonMs > interval * HISTORY_ROWS) return Number.NaN;
    const ahead = steps * interval;
    const seasons = Math.max(1, Math.ceil(ahead / seasonMs));
    return this.near(at + ahead - seasons * seasonMs, interval);
  }

  /**
   * Doubted readings take the places of the rows in which they came, up to row `count`, exclusive.
   * @returns the last of them; undefined where none is left
   */
  adopt(doubt: Doubt, count: number): number | undefined {
    let last: number | undefined;
    let next = 0;
    for (let row = Math.max(doubt.row(0), count - HISTORY_ROWS); row < count; row++) {
      while (next + 1 < doubt.count && doubt.row(next + 1) <= row) next++;
      last = doubt.value(next);
      this.replace(count - 1 - row, last);
    }
    return last;
  }

  /** Smallest age whose time is not after `seconds`; times fall with age. */
  #firstAtOrBefore(seconds: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at[this.#slot(middle)] <= seconds) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #slot(age: number): number {
    const slot = this.#next - 1 - age;
    return slot < 0 ? slot + HISTORY_ROWS : slot;
  }

  exchange(io: StateIo): void {
    io.array('at', this.#at);
    io.array('value', this.#value);
    this.#next = io.number('next', this.#next);
    this.#count = io.number('count', this.#count);
  }
}

/** Seconds since 1970, within 32 bits: until 2106. Times before or after stand at the edge. */
function toSeconds(at: number): number {
  return Math.min(Math.max(Math.round(at / 1000), 0), 0xffffffff);
}
