import type { Stateful, StateIo } from '../model/stateIo.ts';
import { RobustSquare } from './robustSquare.ts';

const FORGETTING = 1 / 1000;
/** In usual changes: what one change counts at most. */
const BOUND = 5;
/** Rows without an outlier after which one is the begin of something. */
const APART = 20;
const EVENT_FORGETTING = 1 / 500;
/** Where outliers begin more often than this, they are part of the series. */
const OFTEN = 0.006;
/**
 * Excess of outliers over those of faults, each fault at most twice as long as the horizon, at which the scale is
 * another one.
 */
const LASTING = 30;
/** Outliers that one change of the usual size outweighs. */
const USUAL_WEIGHT = 3;

/**
 * Root mean square of the change over a number of steps, exponentially weighted (α = max(1/n, 1/1000)). One change counts at
 * most five usual ones, unless such changes are part of the series: a pump that switches each hundred rows, or another unit.
 */
export class ChangeScale implements Stateful {
  readonly #square = new RobustSquare(FORGETTING, BOUND);
  /** Changes since the last outlier, and how often outliers begin, as a share of the changes. */
  #calm = APART;
  #events = 0;
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
    const isEvent = isOutlier && this.#calm >= APART;
    this.#calm = isOutlier ? 0 : Math.min(this.#calm + 1, APART);
    this.#events += EVENT_FORGETTING * ((isEvent ? 1 : 0) - this.#events);
    this.#lasting = isOutlier ? Math.min(this.#lasting + 1, this.#longest) : Math.max(0, this.#lasting - USUAL_WEIGHT);
    const isUsual = this.#events > OFTEN || this.#lasting >= this.#longest;
    this.#square.add(square, isUsual ? Number.POSITIVE_INFINITY : limit);
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
    this.#lasting = io.number('lasting', this.#lasting);
  }
}
