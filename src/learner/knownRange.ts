import type { Stateful, StateIo } from '../model/stateIo.ts';

/** Of the width of the range: how far outside a reading may be. */
const TOLERANCE = 0.01;
/** A range of so many readings is trusted half as far as an old one: young ranges grow all the time. */
const YOUNG = 2000;

/**
 * The range of all readings so far. Outside by a hundredth of its width is an alert at once, whatever was forecast; by
 * more while it is young. So a series that drifts, or a counter that only grows, is news only in the beginning.
 */
export class KnownRange implements Stateful {
  #readings = 0;
  #low: number = Number.NaN;
  #high: number = Number.NaN;

  /** @returns the distance outside over the tolerance: 0 inside, 1 at the alert, Infinity where all readings were equal */
  newsOf(reading: number): number {
    const outside = Math.max(this.#low - reading, reading - this.#high);
    if (!(outside > 0)) return 0;
    return outside / (TOLERANCE * (1 + YOUNG / this.#readings) * (this.#high - this.#low));
  }

  isAbove(reading: number): boolean {
    return reading > this.#high;
  }

  widen(value: number): void {
    this.#readings++;
    if (!(value >= this.#low)) this.#low = value;
    if (!(value <= this.#high)) this.#high = value;
  }

  exchange(io: StateIo): void {
    this.#readings = io.number('readings', this.#readings);
    this.#low = io.number('low', this.#low);
    this.#high = io.number('high', this.#high);
  }
}
