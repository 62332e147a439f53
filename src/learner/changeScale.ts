import type { Stateful, StateIo } from '../model/stateIo.ts';
import { RobustSquare } from './robustSquare.ts';

const FORGETTING = 1 / 1000;
/** In usual changes: what one change counts at most. */
const BOUND = 5;
/**
 * Excess of outliers over those of faults, each fault at most twice as long as the horizon, at which the scale is
 * another one.
 */
const LASTING = 30;
/** Outliers that one change of the usual size outweighs. */
const USUAL_WEIGHT = 3;

/**
 * Root mean square of the change over a number of steps, exponentially weighted (α = max(1/n, 1/1000)). One change counts at
 * most five usual ones, unless most changes are as large: that is another unit. What switches now and then keeps the scale of
 * the time in between: to scale a forecast by the switch would make every error of it as large as the switch.
 */
export class ChangeScale implements Stateful {
  readonly #square = new RobustSquare(FORGETTING, BOUND);
  /** Outliers in a row; a change of the usual size takes three away. */
  #lasting = 0;
  readonly #longest: number;

  /** @param steps over which the change is: one jump of the level is an outlier in as many rows */
  constructor(steps = 1) {
    this.#longest = steps + LASTING;
  }

  /** @param floor the smallest scale that means anything */
  update(change: number, floor: number): void {
    const square = change * change;
    const limit = this.#square.limit(Math.max(this.#square.mean, floor * floor));
    const isOutlier = square > limit;
    this.#lasting = isOutlier ? Math.min(this.#lasting + 1, this.#longest) : Math.max(0, this.#lasting - USUAL_WEIGHT);
    this.#square.add(square, this.#lasting >= this.#longest ? Number.POSITIVE_INFINITY : limit);
  }

  /** At least `floor`: a constant stream would otherwise divide by zero. */
  scale(floor: number): number {
    return Math.max(Math.sqrt(this.#square.mean), floor);
  }

  exchange(io: StateIo): void {
    if (io.version < 3) this.#square.adopt(io.number('n', 0), io.number('meanSquare', 0));
    this.#square.exchange(io.within('square'));
    this.#lasting = io.number('lasting', this.#lasting);
  }
}
