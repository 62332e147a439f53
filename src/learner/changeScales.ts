import type { Stateful, StateIo } from '../model/stateIo.ts';
import { ChangeScale } from './changeScale.ts';
import type { History } from './history.ts';

/** Scales of the change over one step and over each horizon: they turn differences in the sensor's unit into numbers around 1. */
export class ChangeScales implements Stateful {
  readonly #horizons: readonly number[];
  readonly #step = new ChangeScale();
  readonly #changes: readonly ChangeScale[];
  /** s_h (K): scale of the change over each horizon. */
  readonly ofHorizons: Float64Array;

  /** @param horizons in steps, K of them */
  constructor(horizons: readonly number[]) {
    this.#horizons = horizons;
    this.#changes = horizons.map((steps) => new ChangeScale(steps));
    this.ofHorizons = new Float64Array(horizons.length).fill(1);
  }

  /**
   * A row has come, and lies in the history.
   * @param isReading false: there is no change to learn from @param floor the smallest scale that means anything
   */
  update(history: History, value: number, isReading: boolean, floor: number): void {
    if (isReading && history.count > 1) this.#step.update(value - history.ago(1), floor);
    for (let k = 0; k < this.ofHorizons.length; k++) {
      const change = value - history.ago(this.#horizons[k]);
      const scale = this.#changes[k];
      if (isReading && !Number.isNaN(change)) scale.update(change, floor);
      this.ofHorizons[k] = scale.scale(floor);
    }
  }

  /** Scale of the change over one step. */
  ofStep(floor: number): number {
    return this.#step.scale(floor);
  }

  exchange(io: StateIo): void {
    this.#step.exchange(io.within('step'));
    this.#changes.forEach((change, k) => {
      change.exchange(io.within(`change${k}`));
    });
    io.array('scales', this.ofHorizons);
  }
}
