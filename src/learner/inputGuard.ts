import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

const FORGETTING = 1 / 1000;
const WARM_UP = 100;
const ABSURD = 125;
const CAP = 6;
/** From here on are the numbers by which sensors of 16 bits say that they have none (32767, 32768, 65535). */
const NO_READING = 32_767;
/** Beyond this the squares that the scalers keep would leave float64, and float32 features would be infinite. */
const LARGEST = 1e37;

/**
 * Holds back absurd readings before anything learns from them: one spike of 1e6 would otherwise ruin every later forecast.
 * Absurd = farther than 125 × the usual step from the last accepted reading and outside the accepted range widened by
 * itself on both sides; the second half keeps a pump that rested for days from being held back when it switches on.
 * The third absurd reading in a row is believed: the world has changed.
 *
 * Readings that were all equal tell nothing of a scale but their own size. A first change by no more than that is believed at
 * once. From exactly 0, where what is switched off rests (a pump), any is that a sensor is likely to have. A larger one may be a
 * spike, so it is held back once; the next change that is not much larger shows that it was none, whether it follows at once or after a rest.
 */
export class InputGuard implements Stateful {
  #accepted = 0;
  #outliers = 0;
  #usualStep = 0;
  #last = 0;
  #lastRaw = 0;
  #low = 0;
  #high = 0;
  /** The first change of a series that stood still, which was held back; NaN: there was none. */
  #doubted: number = Number.NaN;
  /** Whether the last reading was held back. */
  heldBack = false;

  /** @returns the reading, or the last accepted one in its place. */
  accept(value: number): number {
    this.heldBack = this.#isAbsurd(value);
    if (this.heldBack) {
      // No sensor says this: it is no sign of a changed world, and as a step would switch the guard off for good.
      if (Math.abs(value) > LARGEST) return this.#last;
      this.#outliers++;
      if (this.#outliers < 3) {
        this.#lastRaw = value;
        return this.#last;
      }
      this.heldBack = false;
      this.#believe(value);
    }
    this.#learn(value);
    return value;
  }

  #isAbsurd(value: number): boolean {
    if (Math.abs(value) > LARGEST) return true;
    if (this.#accepted <= WARM_UP) return false;
    const range = this.#high - this.#low;
    if (range === 0) return this.#isDoubtful(value);
    const isOutside = value < this.#low - range || value > this.#high + range;
    return isOutside && Math.abs(value - this.#last) > ABSURD * this.#usualStep;
  }

  #isDoubtful(value: number): boolean {
    const change = Math.abs(value - this.#last);
    const isFromRest = this.#last === 0 && change < NO_READING;
    if (isFromRest || change <= Math.abs(this.#last) || change <= 2 * Math.abs(this.#doubted - this.#last)) {
      if (change > 0) this.#startMoving(change);
      return false;
    }
    this.#doubted = value;
    return true;
  }

  /** Its scale is learned from here on. */
  #startMoving(change: number): void {
    this.#accepted = 20;
    this.#usualStep = change;
    this.#doubted = Number.NaN;
  }

  #believe(value: number): void {
    this.#accepted = 20;
    const step = Math.abs(value - this.#lastRaw);
    if (step > this.#usualStep) this.#usualStep = step;
  }

  #learn(value: number): void {
    this.#outliers = 0;
    this.#accepted++;
    if (this.#accepted === 1) {
      this.#low = value;
      this.#high = value;
    } else {
      let step = Math.abs(value - this.#last);
      if (this.#accepted > WARM_UP && step > CAP * this.#usualStep) step = CAP * this.#usualStep;
      this.#usualStep += rate(this.#accepted - 1, FORGETTING) * (step - this.#usualStep);
      if (value < this.#low) this.#low = value;
      if (value > this.#high) this.#high = value;
    }
    this.#last = value;
    this.#lastRaw = value;
  }

  exchange(io: StateIo): void {
    this.#accepted = io.number('accepted', this.#accepted);
    this.#outliers = io.number('outliers', this.#outliers);
    this.#usualStep = io.number('usualStep', this.#usualStep);
    this.#last = io.number('last', this.#last);
    this.#lastRaw = io.number('lastRaw', this.#lastRaw);
    this.#low = io.number('low', this.#low);
    this.#high = io.number('high', this.#high);
    this.#doubted = io.number('doubted', this.#doubted);
    this.heldBack = io.number('heldBack', Number(this.heldBack)) === 1;
  }
}
