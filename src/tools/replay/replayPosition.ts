import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { DurationMs } from '../../domain/time.ts';
import { StreamCursor } from '../../hosts/stream/streamCursor.ts';
import { placesBetween } from '../../learner/carryOver/places.ts';
import { parseSchema } from '../../learner/carryOver/schema.ts';
import type { StreamLearner } from '../../learner/streamLearner.ts';
import { restoreContents, type SnapshotContents } from '../../model/restoreSnapshot.ts';
import type { StateArray, Stateful, StateIo } from '../../model/stateIo.ts';

/** Start of the learner's names in the state of a replay. */
const LEARNER = 'learner.';
const OF_INPUTS = ['inputs', 'inputTimes'];

/** The learner's part of the state of a replay. */
export function learnerContents({ entries, ...others }: SnapshotContents): SnapshotContents {
  return { ...others, entries: part(entries, true) };
}

/** Entries of the learner without their start, or all others. */
function part(entries: ReadonlyMap<string, StateArray>, isLearner: boolean): Map<string, StateArray> {
  const own = [...entries].filter(([name]) => name.startsWith(LEARNER) === isLearner);
  return new Map(own.map(([name, array]) => [isLearner ? name.slice(LEARNER.length) : name, array]));
}

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

  /**
   * Goes on from the state of a replay, but for its learner. Inputs of other settings are found by their names.
   * @throws SnapshotError `mismatch` where it is the state of something else
   */
  restore({ schema, version, entries }: SnapshotContents): void {
    const own = part(entries, false);
    const [from, to] = [parseSchema(schema), parseSchema(this.#learner.schema)];
    if (from !== undefined && to !== undefined) moveInputs(own, placesBetween(from, to).inputs);
    restoreContents({ exchange: (io) => this.#exchangePlace(io) }, { version, entries: own });
  }

  exchange(io: StateIo): void {
    this.#exchangePlace(io);
    this.#learner.exchange(io.within('learner'));
  }

  #exchangePlace(io: StateIo): void {
    const carry = this.#carry;
    carry.lastAt = io.number('lastAt', carry.lastAt);
    carry.lastValue = io.number('lastValue', carry.lastValue);
    this.lastStepAt = io.number('lastStepAt', this.lastStepAt);
    if (carry.inputs.length > 0) {
      io.array('inputs', carry.inputs);
      io.array('inputTimes', carry.inputTimes);
    }
  }
}

/** @param places (new n) of each input among the former ones, −1 for one that is new: nothing is known of it */
function moveInputs(entries: Map<string, StateArray>, places: readonly number[]): void {
  for (const name of OF_INPUTS) {
    const before = entries.get(name);
    if (places.length === 0) entries.delete(name);
    else
      entries.set(
        name,
        Float64Array.from(places, (place) => before?.[place] ?? Number.NaN),
      );
  }
}
