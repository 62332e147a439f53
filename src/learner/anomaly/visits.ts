import type { Stateful, StateIo } from '../../model/stateIo.ts';
import type { RangeDetector } from './rangeDetector.ts';

/** Share of the distance from rest that readings of one place may lie apart. */
const SPREAD = 0.25;

/**
 * Where doubted readings of a series that rests have led it before: a motor that first runs after weeks is news once.
 * A sensor that errs gives one word again and again, or the resting value and an error of always the same size; what really
 * runs differs from one reading to the next by more than the whole range of the rest. Only that becomes known.
 */
export class Visits implements Stateful {
  /** Bounds of the visits that have ended. */
  #low: number = Number.NaN;
  #high: number = Number.NaN;
  /** Bounds of the visit that has not ended. */
  #newLow: number = Number.NaN;
  #newHigh: number = Number.NaN;

  /** Tells if a doubted reading is where such readings were before. @param rest the believed reading before it */
  isKnown(reading: number, rest: number, resolution: number, range: RangeDetector): boolean {
    if (!range.isRest(resolution)) return false;
    const distance = Math.abs(reading - rest);
    const spread = this.#high - this.#low;
    if (!(spread > range.width && spread <= SPREAD * distance)) return false;
    const margin = SPREAD * distance;
    return reading >= this.#low - margin && reading <= this.#high + margin;
  }

  /** A doubted reading. */
  see(reading: number): void {
    if (!(reading >= this.#newLow)) this.#newLow = reading;
    if (!(reading <= this.#newHigh)) this.#newHigh = reading;
  }

  /** A believed reading: the visit is over. */
  end(rest: number): void {
    if (Number.isNaN(this.#newLow)) return;
    const low = Math.min(this.#newLow, Number.isNaN(this.#low) ? this.#newLow : this.#low);
    const high = Math.max(this.#newHigh, Number.isNaN(this.#high) ? this.#newHigh : this.#high);
    const isOnePlace = high - low <= SPREAD * Math.min(Math.abs(low - rest), Math.abs(high - rest));
    this.#low = isOnePlace ? low : this.#newLow;
    this.#high = isOnePlace ? high : this.#newHigh;
    this.#newLow = Number.NaN;
    this.#newHigh = Number.NaN;
  }

  exchange(io: StateIo): void {
    this.#low = io.number('low', this.#low);
    this.#high = io.number('high', this.#high);
    this.#newLow = io.number('newLow', this.#newLow);
    this.#newHigh = io.number('newHigh', this.#newHigh);
  }
}
