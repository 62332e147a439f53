import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

/** Rises without a fall that make a total. */
const LEAST_RISES = 30;
/** In usual rises: a change that is large in any total. It does not fall by as much, but for a reset. */
const LARGE = 20;
/** In usual rises: a rise that no total makes, as far as so few rises can tell … */
const RISE = 125;
/** … and however many there were. A record four times as high as the one before is the rarer the more rises there were. */
const LEAST_RISE = 8;
const LARGEST_RISES = 4;
/** Readings after a large rise in which the series may fall back to where it came from. */
const RETURN = 12;
const FORGETTING = 1 / 1000;
/** In usual rises: a larger one counts as this one towards the usual. */
const CAP = 6;

/**
 * Knowledge if a series only ever rises, and bounds on the changes of one that does. The range of a total grows all the
 * time and says nothing of the next reading, so a total is judged by its changes, and the more strictly the more of them are known.
 * Its measure is the usual rise: a meter that stands still most of the time (gas, water) has steps of that size, whatever the mean change.
 */
export class Total implements Stateful {
  #rises = 0;
  #falls = 0;
  /** Mean of the rises, in the sensor's unit. */
  #usualRise = 0;
  /** The largest rise that is no fault. Of a large one it is at most what makes a rise of `RISE` usual ones absurd. */
  #largest = 0;
  /** The reading before the last large rise, while the series may still fall back to it, and the readings since then. */
  #home = Number.NaN;
  #since = 0;
  /** The largest rise since then. */
  #unconfirmed = 0;

  get isTotal(): boolean {
    return this.#falls === 0 && this.#rises >= LEAST_RISES;
  }

  /**
   * A rise within the outer bound that is followed by usual ones is a fault until the series falls; one that is followed by another
   * as large is a faster pace, such as that of a car that begins to charge.
   * @param doubted the newest reading if it is doubted, else NaN
   * @param elapsed usual intervals since the last believed reading: a gap makes the next rise larger, but no fall
   */
  isAbsurd(value: number, last: number, doubted: number, elapsed: number): boolean {
    const rise = value - last;
    if (rise < 0) return -rise > this.#large() && !this.#isReturn(value);
    if (rise > elapsed * Math.max(RISE * this.#usualRise, LARGEST_RISES * this.#largest)) return true;
    if (doubted > last && value >= doubted) return value - doubted <= this.#absurd();
    return rise > elapsed * this.#absurd();
  }

  #absurd(): number {
    const rises = Math.max(LEAST_RISE, RISE * Math.min(1, LEAST_RISES / this.#rises));
    return Math.max(rises * this.#usualRise, LARGEST_RISES * this.#largest);
  }

  /** A fall is stranger than a rise. */
  #large(): number {
    return Math.min(LARGE * this.#usualRise, this.#absurd());
  }

  /** A large rise that was believed, and was a fault. */
  #isReturn(value: number): boolean {
    return value >= this.#home && this.#since <= RETURN;
  }

  /** A believed reading. @param elapsed as for `isAbsurd`: the rise of a gap is that of many readings */
  learn(value: number, last: number, elapsed: number): void {
    const rise = value - last;
    this.#since++;
    if (rise < 0) {
      if (!this.#isReturn(value)) this.#falls++;
      this.#home = Number.NaN;
      return;
    }
    if (this.#since > RETURN && !Number.isNaN(this.#home)) {
      this.#confirm(this.#unconfirmed);
      this.#home = Number.NaN;
    }
    if (rise > 0) this.#learnRise(rise / elapsed, last);
  }

  #learnRise(rise: number, last: number): void {
    const isLarge = rise > this.#large();
    if (!isLarge) this.#largest = Math.max(this.#largest, rise);
    else if (Number.isNaN(this.#home)) {
      this.#home = last;
      this.#since = 0;
      this.#unconfirmed = rise;
    } else this.#unconfirmed = Math.max(this.#unconfirmed, rise);
    const most = this.#rises >= LEAST_RISES ? CAP * this.#usualRise : rise;
    this.#rises++;
    this.#usualRise += rate(this.#rises, FORGETTING) * (Math.min(rise, most) - this.#usualRise);
  }

  /** A large rise has lasted: it was none of a fault. */
  #confirm(rise: number): void {
    this.#largest = Math.max(this.#largest, Math.min(rise, (RISE / LARGEST_RISES) * this.#usualRise));
  }

  /** Not one large rise but a faster pace: the reading is as far above a doubted one as that was above the last believed one. */
  learnPace(value: number, doubted: number, last: number): void {
    if (doubted > last && value > doubted) this.#confirm(value - doubted);
  }

  /** Doubted readings have lasted. Where they were lower, the series has been reset, or never was a total. */
  move(shift: number): void {
    if (shift < 0) this.#falls++;
    else this.#confirm(shift);
    this.#home = Number.NaN;
  }

  /** @param way sum of all changes so far, in the sensor's unit: what a state of before, which lacks the usual rise, has instead */
  exchange(io: StateIo, way = 0): void {
    if (io.isRestoring && io.has('numbers')) {
      this.#adopt(io, way);
      return;
    }
    const counts = [this.#rises, this.#falls, this.#since] as const;
    const all = Float64Array.of(...counts, this.#usualRise, this.#largest, this.#home, this.#unconfirmed);
    io.array('rises', all);
    [this.#rises, this.#falls, this.#since] = all as unknown as readonly [number, number, number];
    [this.#usualRise, this.#largest, this.#home, this.#unconfirmed] = all.subarray(3) as unknown as readonly [
      number,
      number,
      number,
      number,
    ];
  }

  #adopt(io: StateIo, way: number): void {
    const numbers = Float64Array.of(0, 0, 0, Number.NaN, 0);
    io.array('numbers', numbers);
    [this.#rises, this.#falls, this.#largest, this.#home, this.#since] = numbers as unknown as readonly [
      number,
      number,
      number,
      number,
      number,
    ];
    this.#usualRise = this.#rises > 0 ? way / this.#rises : 0;
  }
}
