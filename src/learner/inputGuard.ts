import type { Stateful, StateIo } from '../model/stateIo.ts';
import { Doubt } from './doubt.ts';
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
 * `believed`: a reading as any other. `doubted`: absurd so far; nothing may learn from it. `moved`: the doubted readings
 * have lasted, this one among them; they are the new level. `refused`: no sensor can mean it.
 */
export type Verdict = 'believed' | 'doubted' | 'moved' | 'refused';

/**
 * Doubts absurd readings before anything learns from them: one spike of 1e6 would otherwise ruin every later forecast.
 * Absurd = farther than 125 × the usual step from the last believed reading and outside the believed range widened by
 * itself on both sides; the second half keeps a pump that rested for days from being doubted when it switches on.
 * A reading that is not absurd ends a doubt as if nothing had been. Twelve doubted readings in a row are a new level.
 *
 * Readings that were all equal tell nothing of a scale but their own size. A first change by no more than that is believed at
 * once. From exactly 0, where what is switched off rests (a pump), any is that a sensor is likely to have. A larger one may be a
 * spike, so it is doubted once; the next change that is not much larger shows that it was none, whether it follows at once or after a rest.
 */
export class InputGuard implements Stateful {
  #believed = 0;
  #usualStep = 0;
  #last = 0;
  #low = 0;
  #high = 0;
  /** The first change of a series that stood still, which was doubted; NaN: there was none. */
  #firstChange: number = Number.NaN;
  /** The doubted readings since the last believed one. After `moved` those that made the new level. */
  readonly doubt: Doubt = new Doubt();
  /** How far the level has moved, in the sensor's unit: after `moved`. */
  shift = 0;

  /** @param row number of the row that the reading belongs to */
  judge(value: number, row: number): Verdict {
    // No sensor says this: it is no sign of a changed world, and as a step would switch the guard off for good.
    if (Math.abs(value) > LARGEST) return 'refused';
    if (this.doubt.isLasting) this.doubt.clear();
    if (!this.#isAbsurd(value)) {
      this.doubt.clear();
      this.#learn(value);
      return 'believed';
    }
    this.doubt.add(value, row);
    if (!this.doubt.isLasting) return 'doubted';
    this.#move();
    return 'moved';
  }

  #isAbsurd(value: number): boolean {
    if (this.#believed <= WARM_UP) return false;
    const range = this.#high - this.#low;
    if (range === 0) return this.#isDoubtful(value);
    const isOutside = value < this.#low - range || value > this.#high + range;
    return isOutside && Math.abs(value - this.#last) > ABSURD * this.#usualStep;
  }

  #isDoubtful(value: number): boolean {
    const change = Math.abs(value - this.#last);
    const isFromRest = this.#last === 0 && change < NO_READING;
    if (isFromRest || change <= Math.abs(this.#last) || change <= 2 * Math.abs(this.#firstChange - this.#last)) {
      if (change > 0) this.#startMoving(change);
      return false;
    }
    this.#firstChange = value;
    return true;
  }

  /** Its scale is learned from here on. */
  #startMoving(change: number): void {
    this.#believed = 20;
    this.#usualStep = change;
    this.#firstChange = Number.NaN;
  }

  /** The usual step stays: a new level does not mean other steps. The old level stays known: coming home is no news. */
  #move(): void {
    this.shift = this.doubt.median - this.#last;
    for (let i = 0; i < this.doubt.count; i++) this.#widen(this.doubt.value(i));
    this.#last = this.doubt.newest;
    this.#believed++;
  }

  #learn(value: number): void {
    this.#believed++;
    if (this.#believed === 1) {
      this.#low = value;
      this.#high = value;
    } else {
      let step = Math.abs(value - this.#last);
      if (this.#believed > WARM_UP && step > CAP * this.#usualStep) step = CAP * this.#usualStep;
      this.#usualStep += rate(this.#believed - 1, FORGETTING) * (step - this.#usualStep);
      this.#widen(value);
    }
    this.#last = value;
  }

  #widen(value: number): void {
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
  }

  exchange(io: StateIo): void {
    this.#believed = io.number('believed', this.#believed);
    this.#usualStep = io.number('usualStep', this.#usualStep);
    this.#last = io.number('last', this.#last);
    this.#low = io.number('low', this.#low);
    this.#high = io.number('high', this.#high);
    this.#firstChange = io.number('firstChange', this.#firstChange);
    this.shift = io.number('shift', this.shift);
    this.doubt.exchange(io.within('doubt'));
  }
}
