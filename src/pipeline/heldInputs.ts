import type { DurationMs, EpochMs } from '../domain/time.ts';

/** Last value of each further input of one stream, for the grid points between its messages. */
export class HeldInputs {
  readonly #gapAfter: DurationMs;
  #values: readonly number[] = [];
  #times: readonly EpochMs[] = [];

  constructor(gapAfter: DurationMs) {
    this.#gapAfter = gapAfter;
  }

  /** @param inputs of a message; undefined: the stream has none */
  note(at: EpochMs, inputs: readonly number[] = []): void {
    if (inputs.length === 0) return;
    const values = [...this.#values];
    const times = [...this.#times];
    for (let i = 0; i < inputs.length; i++) {
      const value = inputs[i];
      // What a message lacks does not wipe out what one before it said.
      if (Number.isNaN(value) && i < values.length) continue;
      values[i] = value;
      times[i] = at;
    }
    this.#values = values;
    this.#times = times;
  }

  /** The values of now: what is noted later is not in the copy. */
  copy(): HeldInputs {
    const copy = new HeldInputs(this.#gapAfter);
    copy.#values = this.#values;
    copy.#times = this.#times;
    return copy;
  }

  /** The inputs of a grid point, NaN where one was last heard of too long before; undefined: the stream has none. */
  at(time: EpochMs): readonly number[] | undefined {
    if (this.#values.length === 0) return undefined;
    return this.#values.map((value, i) => (time - this.#times[i] <= this.#gapAfter ? value : Number.NaN));
  }
}
