import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

/** The usual time from row to row in ms: exponentially weighted, each gap counting at most four usual ones. */
export class Cadence implements Stateful {
  #n = 0;
  #interval = 0;
  #lastAt = Number.NaN;

  update(at: number): void {
    let interval = at - this.#lastAt;
    this.#lastAt = at;
    if (!(interval > 0)) return;
    this.#n++;
    if (this.#n > 10 && interval > 4 * this.#interval) interval = 4 * this.#interval;
    this.#interval += rate(this.#n, 1 / 100) * (interval - this.#interval);
  }

  /** 0 while fewer than two rows have come. */
  get interval(): number {
    return this.#interval;
  }

  exchange(io: StateIo): void {
    if (io.version < 3) {
      this.#n = io.number('n', 0);
      this.#interval = io.number('interval', 0);
      this.#lastAt = io.number('lastAt', this.#lastAt);
    }
    const numbers = Float64Array.of(this.#n, this.#interval, this.#lastAt);
    io.array('numbers', numbers);
    [this.#n, this.#interval, this.#lastAt] = numbers as unknown as readonly [number, number, number];
  }
}
