import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

const FORGETTING = 1 / 2000;
/** In deviations: what one reading counts at most. */
const BOUND = 5;
/** Readings before there is a deviation to compare with. */
const FIRST = 30;

/**
 * Exponentially weighted mean and standard deviation of the readings (α = max(1/n, 1/2000)). One reading counts at most five
 * deviations: a fault would else move the level, and widen what is usual, for thousands of rows.
 */
export class Level implements Stateful {
  #n = 0;
  #mean = 0;
  #variance = 0;

  update(value: number): void {
    this.#n++;
    const alpha = rate(this.#n, FORGETTING);
    const limit = this.#n > FIRST && this.#variance > 0 ? BOUND * this.deviation : Number.POSITIVE_INFINITY;
    const difference = Math.min(Math.max(value - this.#mean, -limit), limit);
    this.#mean += alpha * difference;
    this.#variance = (1 - alpha) * (this.#variance + alpha * difference * difference);
  }

  /** The readings stand elsewhere from now on, and vary as before. */
  move(shift: number): void {
    this.#mean += shift;
  }

  get mean(): number {
    return this.#mean;
  }

  /** In the sensor's unit; 0 while all readings were equal. */
  get deviation(): number {
    return Math.sqrt(this.#variance);
  }

  exchange(io: StateIo): void {
    if (io.version < 3) {
      this.#n = io.number('n', 0);
      this.#mean = io.number('mean', 0);
      this.#variance = io.number('variance', 0);
    }
    const numbers = Float64Array.of(this.#n, this.#mean, this.#variance);
    io.array('numbers', numbers);
    [this.#n, this.#mean, this.#variance] = numbers as unknown as readonly [number, number, number];
  }
}
