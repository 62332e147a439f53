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

  /** @param inputs how many further inputs the stream has; @param gapAfter how long each stands in for a later reading */
  constructor(inputs: number, gapAfter: DurationMs) {
    this.#gapAfter = gapAfter;
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
  save(): unknown {
    return {
      at: toPlain(this.lastAt),
      value: toPlain(this.lastValue),
      inputs: Array.from(this.inputs, toPlain),
      times: Array.from(this.inputTimes, toPlain),
      timeline: this.timeline.save(),
    };
  }

  /** Takes over what `save` gave, as far as it can be understood; what is missing is as before the first sample. */
  load(saved: unknown): void {
    const { at, value, inputs, times, timeline } = (saved ?? {}) as Record<string, unknown>;
    this.lastAt = fromPlain(at);
    this.lastValue = fromPlain(value);
    fill(this.inputs, inputs);
    fill(this.inputTimes, times);
    this.#timeline = timeline;
  }

  /** After `samplesBefore` has gone through: what all samples had shown by then. */
  resume(): void {
    if (this.#timeline !== undefined) this.timeline.load(this.#timeline);
  }
}

function fill(target: Float64Array, saved: unknown): void {
  if (!Array.isArray(saved) || saved.length !== target.length) return;
  for (let i = 0; i < target.length; i++) target[i] = fromPlain(saved[i]);
}
