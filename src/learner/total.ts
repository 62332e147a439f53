import type { Stateful, StateIo } from '../model/stateIo.ts';

/** Rises without a fall that make a total. */
const LEAST_RISES = 30;
/** In usual steps: a fall that no total makes, but for a reset. */
const FALL = 20;
/** In usual steps, and in largest rises so far: a rise that no total makes. */
const RISE = 125;
const LARGEST_RISES = 4;
/** Readings after a large rise in which the series may fall back to where it came from. */
const RETURN = 12;

/**
 * Knowledge if a series only ever rises, and bounds on the changes of one that does. The range of a total grows all the
 * time and says nothing of the next reading, so a total is judged by its changes.
 */
export class Total implements Stateful {
  #rises = 0;
  #falls = 0;
  #largest = 0;
  /** The reading before the last large rise, and the readings since then. */
  #home = Number.NaN;
  #since = 0;

  get isTotal(): boolean {
    return this.#falls === 0 && this.#rises >= LEAST_RISES;
  }

  /** @param elapsed usual intervals since the last believed reading: a gap makes the next rise larger, but no fall */
  isAbsurd(value: number, last: number, usualStep: number, elapsed: number): boolean {
    const rise = value - last;
    if (rise < 0) return -rise > FALL * usualStep && !this.#isReturn(value);
    return rise > elapsed * Math.max(RISE * usualStep, LARGEST_RISES * this.#largest);
  }

  /** A large rise that was believed, and was a fault. */
  #isReturn(value: number): boolean {
    return value >= this.#home && this.#since <= RETURN;
  }

  /** A believed reading. */
  learn(value: number, last: number, usualStep: number): void {
    const rise = value - last;
    this.#since++;
    if (rise < 0 && !this.#isReturn(value)) this.#falls++;
    if (rise < 0) this.#home = Number.NaN;
    if (rise <= 0) return;
    this.#rises++;
    if (rise <= FALL * usualStep) {
      if (rise > this.#largest) this.#largest = rise;
    } else if (!(this.#since <= RETURN && this.#home <= value)) {
      this.#home = last;
      this.#since = 0;
    }
  }

  /** The series has been reset, or never was a total. */
  refute(): void {
    this.#falls++;
  }

  exchange(io: StateIo): void {
    const numbers = Float64Array.of(this.#rises, this.#falls, this.#largest, this.#home, this.#since);
    io.array('numbers', numbers);
    [this.#rises, this.#falls, this.#largest, this.#home, this.#since] = numbers as unknown as readonly [
      number,
      number,
      number,
      number,
      number,
    ];
  }
}
