import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

/** Exponentially weighted mean and standard deviation of the readings (α = max(1/n, 1/2000)). */
export class Level implements Stateful {
  #n = 0;
  #mean = 0;
  #variance = 0;

  update(value: number): void {
    this.#n++;
    const alpha = rate(this.#n, 1 / 2000);
    const difference = value - this.#mean;
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
