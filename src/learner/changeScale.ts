import type { Stateful, StateIo } from '../model/stateIo.ts';
import { RobustSquare } from './robustSquare.ts';

const FORGETTING = 1 / 1000;
/** In usual changes: what one change counts at most. */
const BOUND = 5;
/** An outlier is the begin of something if there was none in so many rows before it, and in those that the change is over. */
const APART = 20;
const EVENT_MEMORY = 5000;
/** The fifth begin within some thousand rows says that such changes are part of the series. Four faults do not. */
const OFTEN = 4.5;

/**
 * Root mean square of the change over a number of steps, exponentially weighted (α = max(1/n, 1/1000)). One change counts at
 * most five usual ones, unless such changes are part of the series: a pump that runs now and then.
 */
export class ChangeScale implements Stateful {
  readonly #square = new RobustSquare(FORGETTING, BOUND);
  readonly #apart: number;
  /** Changes since the last outlier, and how often outliers have begun, discounted. */
  #calm: number;
  #events = 0;

  /** @param steps over which the change is */
  constructor(steps = 1) {
    this.#apart = APART + steps;
    this.#calm = this.#apart;
  }

  /** @param floor the smallest scale that means anything */
  update(change: number, floor: number): void {
    const square = change * change;
    const limit = this.#square.limit(Math.max(this.#square.mean, floor * floor));
    const isOutlier = square > limit;
    const isEvent = isOutlier && this.#calm >= this.#apart;
    this.#calm = isOutlier ? 0 : Math.min(this.#calm + 1, this.#apart);
    this.#events += (isEvent ? 1 : 0) - this.#events / EVENT_MEMORY;
    this.#square.add(square, this.#events > OFTEN ? Number.POSITIVE_INFINITY : limit);
  }

  /** At least `floor`: a constant stream would otherwise divide by zero. */
  scale(floor: number): number {
    return Math.max(Math.sqrt(this.#square.mean), floor);
  }

  exchange(io: StateIo): void {
    if (io.version < 3) this.#square.adopt(io.number('n', 0), io.number('meanSquare', 0));
    this.#square.exchange(io.within('square'));
    this.#calm = io.number('calm', this.#calm);
    this.#events = io.number('events', this.#events);
  }
}
