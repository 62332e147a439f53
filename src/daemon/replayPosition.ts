import type { Sample } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, toEpochMs } from '../domain/time.ts';
import type { StreamLearner } from '../learner/streamLearner.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';

/** Where in its series a replay stands, and its learner. */
export class ReplayPosition implements Stateful {
  readonly #learner: StreamLearner;
  #lastAt = Number.NaN;
  #lastValue = Number.NaN;
  /** (n): what each further input said last, and when. */
  readonly #inputs: Float64Array;
  readonly #inputTimes: Float64Array;
  /** Of the last step that was learned from. */
  lastStepAt: number = Number.NaN;

  constructor(learner: StreamLearner, inputs: number) {
    this.#learner = learner;
    this.#inputs = new Float64Array(inputs).fill(Number.NaN);
    this.#inputTimes = new Float64Array(inputs).fill(Number.NaN);
  }

  note({ at, value, inputs = [] }: Sample): void {
    if (at <= this.#lastAt) return;
    this.#lastAt = at;
    this.#lastValue = value;
    inputs.forEach((input, i) => {
      if (Number.isNaN(input)) return;
      this.#inputs[i] = input;
      this.#inputTimes[i] = at;
    });
  }

  /**
   * Samples that bring order and grid of a new pipeline to where the old one stood: the last one, and before it those whose
   * inputs it still holds. None where nothing has come yet.
   */
  samplesBefore(stream: StreamId, gapAfter: DurationMs): readonly Sample[] {
    if (Number.isNaN(this.#lastAt)) return [];
    const held = this.#inputTimes.filter((at) => this.#lastAt - at <= gapAfter);
    const times = [...new Set([...held, this.#lastAt])].sort((a, b) => a - b);
    return times.map((at) => {
      const sample = { stream, at: toEpochMs(at), value: this.#lastValue };
      return this.#inputs.length === 0 ? sample : { ...sample, inputs: this.#inputsSaidAt(at) };
    });
  }

  #inputsSaidAt(at: number): readonly number[] {
    return Array.from(this.#inputs, (input, i) => (this.#inputTimes[i] === at ? input : Number.NaN));
  }

  exchange(io: StateIo): void {
    this.#lastAt = io.number('lastAt', this.#lastAt);
    this.#lastValue = io.number('lastValue', this.#lastValue);
    this.lastStepAt = io.number('lastStepAt', this.lastStepAt);
    if (this.#inputs.length > 0) {
      io.array('inputs', this.#inputs);
      io.array('inputTimes', this.#inputTimes);
    }
    this.#learner.exchange(io.within('learner'));
  }
}
