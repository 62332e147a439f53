import type { Stateful, StateIo } from '../model/stateIo.ts';
import { Doubt } from './doubt.ts';
import { rate } from './exponential.ts';
import { KnownPlaces } from './knownPlaces.ts';
import { isNoReading } from './noReading.ts';
import { Total } from './total.ts';

const FORGETTING = 1 / 1000;
/** Believed readings before one can be absurd. */
const WARM_UP = 30;
/** In usual steps: farther from the last believed reading nothing is believed at once. */
export const ABSURD = 125;
/**
 * Usual steps from the last believed reading, and widths of the believed range outside of it, beyond which nothing is believed
 * at once. A number that means "no reading" needs less.
 */
const FAR = { steps: ABSURD, widths: 1 };
const FAR_OF_WORD = { steps: 60, widths: 0.05 };
const CAP = 6;
/** Number of believed readings that the first change counts as, after a series that stood still. */
const FIRST_CHANGE = 20;
/** Number of doubted readings that confirm a first change of their size … */
const CONFIRMED = 3;
/** … which is up to this multiple of theirs. */
const FIRST_SIZE = 2;
/** Equal readings before a series is at rest. */
const REST = 30;
/** Share of the way there: within it a reading counts as at the same place again. */
const SAME_PLACE = 0.1;
/** From here on are the numbers by which sensors of 16 bits say that they have none (32767, 32768, 65535). */
const NO_READING = 32_767;
/** Beyond this the squares that the scalers keep would leave float64, and float32 features would be infinite. */
export const LARGEST = 1e37;

/** Values that the first readings of a stream agree on. */
export interface Usual {
  /** Mean absolute change from reading to reading. */
  readonly step: number;
  readonly low: number;
  readonly high: number;
  /** The first reading that is no fault. */
  readonly first: number;
}

/**
 * `believed`: a reading as any other. `doubted`: absurd so far; nothing may learn from it. `moved`: the doubted readings
 * have lasted, this one among them; they are the new level. `refused`: no sensor can mean it.
 */
export type Verdict = 'believed' | 'doubted' | 'moved' | 'refused';

/**
 * Doubts absurd readings before anything learns from them: one spike of 1e6 would otherwise ruin every later forecast.
 * Absurd = farther than 125 × the usual step from the last believed reading and outside the believed range widened by
 * itself on both sides; the second half keeps a pump that rested for days from being doubted when it switches on. For a number
 * that means "no reading", 60 × and a twentieth of the range are enough. A series
 * that only ever rises is judged by its rises instead.
 * A reading that is not absurd ends a doubt as if nothing had been. Twelve doubted readings in a row are a new level. A place
 * to which doubts went eight times is known, from a rest after three times.
 *
 * Readings that were all equal tell nothing of a scale but their own size. A first change by no more than that is believed at
 * once. From exactly 0, where what is switched off rests (a pump), any is that a sensor is likely to have. A larger one is
 * doubted; the fourth reading of that size in a row is believed, unless it is one of the numbers that mean "no reading".
 */
export class InputGuard implements Stateful {
  #believed = 0;
  #usualStep = 0;
  #last = 0;
  #low = 0;
  #high = 0;
  /** Believed readings in a row that were all equal. */
  #equal = 0;
  readonly #total = new Total();
  readonly #places = new KnownPlaces();
  /** The doubted readings since the last believed one. After `moved` those that made the new level. */
  readonly doubt: Doubt = new Doubt();
  /** Distance that the level has moved, in the sensor's unit: right after `moved`, and not part of the state. */
  shift = 0;
  /** The next reading is known to be a fault. Not part of the state: it is told and judged within one step. */
  #isDistrusted = false;

  /** Begins with what the first readings agree on, as if it had been learned. */
  expect({ step, low, high, first }: Usual): void {
    this.#believed = WARM_UP + 1;
    this.#usualStep = step;
    this.#low = low;
    this.#high = high;
    this.#last = first;
  }

  /** Readings from one to the other are believed from now on. Without effect before the first reading. */
  admit(low: number, high: number): void {
    if (this.#believed === 0) return;
    this.#widen(low);
    this.#widen(high);
  }

  /** The next reading is a fault, as those after it have shown. */
  distrust(): void {
    this.#isDistrusted = true;
  }

  /**
   * @param row number of the row that the reading belongs to
   * @param elapsed usual intervals since the last believed reading, at least 1
   */
  judge(value: number, row: number, elapsed = 1): Verdict {
    const isDistrusted = this.#isDistrusted;
    this.#isDistrusted = false;
    // No sensor says this: it is no sign of a changed world, and as a step would switch the guard off for good.
    if (Math.abs(value) > LARGEST) return 'refused';
    if (this.doubt.isLasting) this.doubt.clear();
    if (!isDistrusted && !this.#isAbsurd(value, elapsed)) {
      if (this.doubt.count > 0) {
        this.#total.learnPace(value, this.doubt.newest, this.#last);
        this.#endVisit(row);
      }
      this.#learn(value, elapsed);
      return 'believed';
    }
    this.doubt.add(value, row);
    if (!this.doubt.isLasting) return 'doubted';
    this.#move();
    return 'moved';
  }

  #isAbsurd(value: number, elapsed: number): boolean {
    if (this.#believed < WARM_UP) return false;
    if (this.#total.isTotal) return this.#total.isAbsurd(value, this.#last, this.doubt.newest, elapsed);
    const range = this.#high - this.#low;
    if (range === 0) return this.#isFarFromRest(value);
    const { steps, widths } = isNoReading(value) ? FAR_OF_WORD : FAR;
    const isOutside = value < this.#low - widths * range || value > this.#high + widths * range;
    return isOutside && Math.abs(value - this.#last) > steps * this.#usualStep;
  }

  #isFarFromRest(value: number): boolean {
    const change = Math.abs(value - this.#last);
    const isConfirmed =
      this.doubt.count >= CONFIRMED && change <= FIRST_SIZE * Math.abs(this.doubt.median - this.#last);
    if (isConfirmed && !isNoReading(value)) return false;
    return change > Math.abs(this.#last) && !(this.#last === 0 && change < NO_READING);
  }

  /** The doubted readings were no new level. */
  #endVisit(row: number): void {
    const at = this.doubt.median;
    const tolerance = Math.max(this.#high - this.#low, SAME_PLACE * Math.abs(at - this.#last));
    if (this.#places.count(at, row, tolerance, this.#equal >= REST)) this.#widenByDoubt();
    this.doubt.clear();
  }

  /** The usual step stays: a new level does not mean other steps. The old level stays known: coming home is no news. */
  #move(): void {
    this.shift = this.doubt.median - this.#last;
    this.#widenByDoubt();
    this.#total.move(this.shift);
    this.#last = this.doubt.newest;
    this.#equal = 0;
    this.#believed++;
  }

  #widenByDoubt(): void {
    for (let i = 0; i < this.doubt.count; i++) this.#widen(this.doubt.value(i));
  }

  #learn(value: number, elapsed: number): void {
    this.#believed++;
    this.#equal = value === this.#last ? this.#equal + 1 : 0;
    if (this.#believed === 1) {
      this.#low = value;
      this.#high = value;
    } else this.#learnStep(value, elapsed);
    this.#last = value;
  }

  #learnStep(value: number, elapsed: number): void {
    const isFirstChange = this.#low === this.#high && value !== this.#last && this.#believed > WARM_UP;
    if (isFirstChange) {
      // Its scale is learned from here on.
      this.#believed = FIRST_CHANGE;
      this.#usualStep = Math.abs(value - this.#last);
    }
    let step = Math.abs(value - this.#last);
    if (this.#believed > WARM_UP && step > CAP * this.#usualStep) step = CAP * this.#usualStep;
    this.#total.learn(value, this.#last, elapsed);
    this.#usualStep += rate(this.#believed - 1, FORGETTING) * (step - this.#usualStep);
    this.#widen(value);
  }

  #widen(value: number): void {
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
  }

  exchange(io: StateIo): void {
    if (io.version < 3) this.#adopt(io);
    const numbers = Float64Array.of(this.#believed, this.#usualStep, this.#last, this.#low, this.#high, this.#equal);
    io.array('numbers', numbers);
    [this.#believed, this.#usualStep, this.#last, this.#low, this.#high, this.#equal] = numbers as unknown as readonly [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    this.doubt.exchange(io.within('doubt'));
    this.#total.exchange(io.within('total'), this.#usualStep * this.#believed);
    this.#places.exchange(io.within('places'));
  }
  #adopt(io: StateIo): void {
    this.#believed = io.number('accepted', 0);
    this.#usualStep = io.number('usualStep', 0);
    this.#last = io.number('last', 0);
    this.#low = io.number('low', 0);
    this.#high = io.number('high', 0);
  }
}
