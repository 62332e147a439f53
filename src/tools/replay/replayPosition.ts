import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { DurationMs } from '../../domain/time.ts';
import { StreamCursor } from '../../hosts/stream/streamCursor.ts';
import type { StreamLearner } from '../../learner/streamLearner.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Where in its series a replay stands, and its learner. */
export class ReplayPosition implements Stateful {
  readonly #learner: StreamLearner;
  readonly #carry: StreamCursor;
  /** The last step that was learned from. */
  lastStepAt: number = Number.NaN;

  constructor(learner: StreamLearner, inputs: number, gapAfter: DurationMs) {
    this.#learner = learner;
    this.#carry = new StreamCursor(inputs, gapAfter);
  }

  note(sample: Sample): void {
    if (!(sample.at <= this.#carry.lastAt)) this.#carry.note(sample);
  }

  /** Same as of a StreamCursor. */
  samplesBefore(stream: StreamId): readonly Sample[] {
    return this.#carry.samplesBefore(stream);
  }

  exchange(io: StateIo): void {
    const carry = this.#carry;
    carry.lastAt = io.number('lastAt', carry.lastAt);
    carry.lastValue = io.number('lastValue', carry.lastValue);
    this.lastStepAt = io.number('lastStepAt', this.lastStepAt);
    if (carry.inputs.length > 0) {
      io.array('inputs', carry.inputs);
      io.array('inputTimes', carry.inputTimes);
    }
    this.#learner.exchange(io.within('learner'));
  }
}
