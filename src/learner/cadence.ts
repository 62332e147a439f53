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
    this.#n = io.number('n', this.#n);
    this.#interval = io.number('interval', this.#interval);
    this.#lastAt = io.number('lastAt', this.#lastAt);
  }
}
