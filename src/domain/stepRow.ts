import { type Effort, FULL_EFFORT } from './effort.ts';
import { type Marks, NO_MARKS } from './marks.ts';
import type { Sample, Step } from './sample.ts';
import type { StreamId } from './streamId.ts';
import { type DurationMs, type EpochMs, toDurationMs, toEpochMs } from './time.ts';

const NONE = '' as StreamId;
const NO_TIME = toEpochMs(Number.NaN);

/** Properties that a step has from the sample that led to it. */
export type LedTo = Pick<Sample, 'effort' | 'marks' | 'late'>;

/**
 * A step whose object is used again. Its owner sets it, and lends it for the time of one call: who wants to keep the step
 * copies it before that call returns. A row that was given back belongs to no stream, and its value is NaN.
 */
export class StepRow implements Step {
  stream: StreamId = NONE;
  at: EpochMs = NO_TIME;
  zoneOffset: DurationMs = toDurationMs(0);
  value: number = Number.NaN;
  inputs: readonly number[] | undefined = undefined;
  /** undefined: everything, as of a step that does not say. */
  effort: Effort | undefined = undefined;
  /** undefined: none. */
  marks: Marks | undefined = undefined;
  late: true | undefined = undefined;

  /** The step as it is now: what is set later is not in the copy. */
  static copyOf(step: Step): StepRow {
    const row = new StepRow();
    row.take(step);
    return row;
  }

  /** Becomes equal to a step. */
  take({ stream, at, zoneOffset, value, inputs, effort, marks, late }: Step): void {
    this.stream = stream;
    this.at = at;
    this.zoneOffset = zoneOffset;
    this.value = value;
    this.inputs = inputs;
    this.effort = effort === FULL_EFFORT ? undefined : effort;
    this.marks = marks === NO_MARKS ? undefined : marks;
    this.late = late;
  }

  /** No reader is left. */
  giveBack(): void {
    this.stream = NONE;
    this.at = NO_TIME;
    this.value = Number.NaN;
    this.inputs = undefined;
  }
}
