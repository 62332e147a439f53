import type { Effort } from './effort.ts';
import type { Marks } from './marks.ts';
import type { Origin, Sample } from './sample.ts';
import type { StreamId } from './streamId.ts';
import { isReading, type StreamInput } from './streamInput.ts';
import type { StreamSource } from './streamSpec.ts';
import { type EpochMs, toEpochMs } from './time.ts';

const NONE = '' as StreamId;
const NO_TIME = toEpochMs(Number.NaN);

/** The origin of a row, used again with it. */
class OriginRow implements Origin {
  arrival: EpochMs = NO_TIME;
  isTold = false;
  isBacklog = false;
}

/**
 * A sample whose object is used again. Its owner sets it, and lends it down the pipeline for the time of one call: where it has to wait,
 * and wherever else it is to be kept, `ownInput` makes a copy before that call returns. The further inputs are an array of their own for each sample.
 */
export class SampleRow implements Sample {
  stream: StreamId = NONE;
  at: EpochMs = NO_TIME;
  value: number = Number.NaN;
  origin: Origin | undefined = undefined;
  inputs: readonly number[] | undefined = undefined;
  inputNames: readonly string[] | undefined = undefined;
  source: StreamSource | undefined = undefined;
  effort: Effort | undefined = undefined;
  marks: Marks | undefined = undefined;
  late: true | undefined = undefined;
  readonly #origin = new OriginRow();

  /** The time is what its message tells, or its arrival. */
  setOrigin(arrival: EpochMs, isTold: boolean, isBacklog: boolean): void {
    const origin = this.#origin;
    origin.arrival = arrival;
    origin.isTold = isTold;
    origin.isBacklog = isBacklog;
    this.origin = origin;
  }

  /** No reader is left. */
  giveBack(): void {
    this.stream = NONE;
    this.at = NO_TIME;
    this.value = Number.NaN;
    this.origin = undefined;
    this.inputs = undefined;
    this.inputNames = undefined;
    this.source = undefined;
  }
}

/** An input that may be kept: a copy of one that is lent, any other as it is. */
export function ownInput<Input extends StreamInput>(input: Input): Input | Sample {
  return isReading(input) && input instanceof SampleRow ? ownSample(input) : input;
}

/** A copy that may be kept. */
export function ownSample(sample: Sample): Sample {
  const { stream, at, value, origin, inputs, inputNames, source, effort, marks, late } = sample;
  return {
    stream,
    at,
    value,
    ...(origin && { origin: { ...origin } }),
    ...(inputs && { inputs }),
    ...(inputNames && { inputNames }),
    ...(source && { source }),
    ...(effort && { effort }),
    ...(marks && { marks }),
    ...(late && { late }),
  };
}
