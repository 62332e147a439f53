import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

/** Root mean square of the change over a number of steps, exponentially weighted (α = max(1/n, 1/1000)). */
export class ChangeScale implements Stateful {
  #n = 0;
  #meanSquare = 0;

  update(change: number): void {
    this.#n++;
    this.#meanSquare += rate(this.#n, 1 / 1000) * (change * change - this.#meanSquare);
  }

  /** At least `floor`: a constant stream would otherwise divide by zero. */
  scale(floor: number): number {
    const scale = Math.sqrt(this.#meanSquare);
    return Math.max(scale, floor);
  }

  exchange(io: StateIo): void {
    this.#n = io.number('n', this.#n);
    this.#meanSquare = io.number('meanSquare', this.#meanSquare);
  }
}
