import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type DurationMs, toEpochMs } from '../../domain/time.ts';
import { fromPlain, toPlain } from './plainNumber.ts';
import { Timeline } from './timeline.ts';

/**
 * State of a stream's way to its learner: its last sample, and the last value of each further input. From it a new way
 * is brought to where the old one stood.
 */
export class StreamCursor {
  /** Time of the last sample; NaN before the first. */
  lastAt: number = Number.NaN;
  lastValue: number = Number.NaN;
  /** (n): what each further input said last, and when; NaN where it never did. */
  readonly inputs: Float64Array;
  readonly inputTimes: Float64Array;
  /** Knowledge from the samples so far about their times. */
  readonly timeline: Timeline = new Timeline();
  /** Result of its `save`; undefined: none. */
  #timeline: unknown;
  readonly #gapAfter: DurationMs;
  /** (n): names of the further inputs; undefined: they go by their place. */
  readonly #names: readonly string[] | undefined;

  /**
   * @param inputs how many further inputs the stream has
   * @param gapAfter how long each stands in for a later reading
   * @param names (n) of the inputs
   */
  constructor(inputs: number, gapAfter: DurationMs, names?: readonly string[] | undefined) {
    this.#gapAfter = gapAfter;
    this.#names = names;
    this.inputs = new Float64Array(inputs).fill(Number.NaN);
    this.inputTimes = new Float64Array(inputs).fill(Number.NaN);
  }

  /** The next sample that was found to be in order. */
  note({ at, value, inputs }: Sample): void {
    // A clock was put right: what was said before is of a time that is still to come.
    if (at < this.lastAt) {
      this.inputs.fill(Number.NaN);
      this.inputTimes.fill(Number.NaN);
    }
    this.lastAt = at;
    this.lastValue = value;
    if (inputs === undefined) return;
    for (let i = 0; i < this.inputs.length; i++) {
      const input = inputs[i];
      if (Number.isNaN(input)) continue;
      this.inputs[i] = input;
      this.inputTimes[i] = at;
    }
  }

  /**
   * Samples that bring order and grid of a new way to where the old one stood: the last one, and before it those whose
   * inputs it still holds. None where nothing has come yet.
   */
  samplesBefore(stream: StreamId): readonly Sample[] {
    if (Number.isNaN(this.lastAt)) return [];
    const held = this.inputTimes.filter((at) => this.lastAt - at <= this.#gapAfter);
    const times = [...new Set([...held, this.lastAt])].sort((a, b) => a - b);
    return times.map((at) => {
      const sample = { stream, at: toEpochMs(at), value: this.lastValue };
      return this.inputs.length === 0 ? sample : { ...sample, inputs: this.#inputsSaidAt(at) };
    });
  }

  #inputsSaidAt(at: number): readonly number[] {
    return Array.from(this.inputs, (input, i) => (this.inputTimes[i] === at ? input : Number.NaN));
  }

  /** The cursor as plain data that JSON can hold: NaN as null, -0 as text. */
  save(): object {
    return {
      at: toPlain(this.lastAt),
      value: toPlain(this.lastValue),
      inputs: Array.from(this.inputs, toPlain),
      times: Array.from(this.inputTimes, toPlain),
      names: this.#names,
      timeline: this.timeline.save(),
    };
  }

  /**
   * Takes over what `save` gave, as far as it can be understood; what is missing is as before the first sample. Inputs of another
   * configuration are found by their names.
   */
  load(saved: unknown): void {
    const { at, value, inputs, times, timeline, names } = (saved ?? {}) as Record<string, unknown>;
    this.lastAt = fromPlain(at);
    this.lastValue = fromPlain(value);
    const places = this.#placesAmong(names);
    fill(this.inputs, inputs, places);
    fill(this.inputTimes, times, places);
    this.#timeline = timeline;
  }

  /** (n): place of each input among those of that names; undefined: one of the two has no names. */
  #placesAmong(names: unknown): readonly number[] | undefined {
    return Array.isArray(names) ? this.#names?.map((name) => names.indexOf(name)) : undefined;
  }

  /** After `samplesBefore` has gone through: what all samples had shown by then. */
  resume(): void {
    if (this.#timeline !== undefined) this.timeline.load(this.#timeline);
  }
}

/** @param places of the numbers among the saved ones, −1 for one that is not there; undefined: the same, if there are as many */
function fill(target: Float64Array, saved: unknown, places: readonly number[] | undefined): void {
  if (!Array.isArray(saved) || (places === undefined && saved.length !== target.length)) return;
  for (let i = 0; i < target.length; i++) target[i] = fromPlain(saved[places?.[i] ?? i]);
}
