import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { youth } from './youth.ts';

/** Share of the width of the range that a reading may be outside. */
const TOLERANCE = 0.01;
/** Number of readings at which a range is trusted half as far as an old one: young ranges grow all the time … */
const YOUNG = 2000;
/** … and up to this number of readings they grow fastest. */
const FIRST = 260;

/** Steps of the sensor outside that are never news, but for a range of few steps: there at most a quarter of its width is. */
const STEPS = 2;
const FEW = 1 / 4;
/** Most steps of the sensor that the range of a resting series is wide. */
const REST_STEPS = 6;
/** Share of the reading: one step of the sensor outside is no news either where it is no more than this. */
const SMALL = 0.02;

/**
 * The range of all readings so far. Outside by a hundredth of its width is an alert at once, whatever was forecast; by
 * more while it is young. So a series that drifts, or a counter that only grows, is news only in the beginning. A next
 * step of a series that goes on by the smallest steps its sensor has, such as a battery in per cent, is none at all.
 */
export class RangeDetector implements Stateful {
  #readings = 0;
  #low: number = Number.NaN;
  #high: number = Number.NaN;

  /**
   * @param resolution smallest change of the readings so far, this one among them, other than none
   * @returns the distance outside over the tolerance: 0 inside, 1 at the alert, Infinity where all readings were equal
   */
  newsOf(reading: number, resolution: number): number {
    const { width } = this;
    const free = Math.max(Math.min(STEPS * resolution, FEW * width), Math.min(resolution, SMALL * Math.abs(reading)));
    const outside = Math.max(this.#low - reading, reading - this.#high) - free;
    if (!(outside > 0)) return 0;
    return outside / (TOLERANCE * (1 + youth(this.#readings, YOUNG, FIRST)) * width);
  }

  /** NaN before the first reading. */
  get low(): number {
    return this.#low;
  }

  /** NaN before the first reading. */
  get high(): number {
    return this.#high;
  }

  /** NaN before the first reading. */
  get width(): number {
    return this.#high - this.#low;
  }

  /** Tells if all readings were within few steps of the sensor: the series has only ever rested. */
  isRest(resolution: number): boolean {
    return this.width <= REST_STEPS * resolution;
  }

  /** From the middle. */
  distanceTo(reading: number): number {
    return Math.abs(reading - (this.#low + this.width / 2));
  }

  isAbove(reading: number): boolean {
    return reading > this.#high;
  }

  widen(value: number): void {
    this.#readings++;
    if (!(value >= this.#low)) this.#low = value;
    if (!(value <= this.#high)) this.#high = value;
  }

  /** Readings from one to the other are known from now on. Without effect before the first reading. */
  include(low: number, high: number): void {
    if (low < this.#low) this.#low = low;
    if (high > this.#high) this.#high = high;
  }

  exchange(io: StateIo): void {
    this.#readings = io.number('readings', this.#readings);
    this.#low = io.number('low', this.#low);
    this.#high = io.number('high', this.#high);
  }
}
