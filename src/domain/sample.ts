import type { ByteRange } from './byteRange.ts';
import type { Effort } from './effort.ts';
import type { Marks } from './marks.ts';
import type { Receipt } from './receipt.ts';
import type { StreamId } from './streamId.ts';
import type { StreamSource } from './streamSpec.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** One message as it arrived, lent for the time of a call. `retained` is true only for what the broker replayed from its retained store. */
export interface Inbound {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The payload where it lies, which costs no view of it. Default: there is only `payload`. */
  readonly range?: ByteRange | undefined;
  readonly receivedAt: EpochMs;
  readonly retained: boolean;
  /** Media type that the sender declares. Default: none. */
  readonly contentType?: string | undefined;
  /** undefined: no acknowledgement is owed. */
  readonly receipt?: Receipt | undefined;
}

/** Circumstances of the time of a message's readings. */
export interface Origin {
  /** When the message came: whole milliseconds where it tells a time of its own, else equal to the time of the sample. */
  readonly arrival: EpochMs;
  /** The message tells a time. */
  readonly isTold: boolean;
  /** Same as `Receipt.isBacklog`. */
  readonly isBacklog: boolean;
}

/** One reading of one stream, in the sensor's own unit; `value` is finite. */
export interface Sample {
  /** Default: `reading`, the kind of input that nearly all are. */
  readonly kind?: 'reading';
  readonly stream: StreamId;
  /**
   * The moment the reading is for. With an `origin` this is what the message tells (or its arrival, where it tells nothing), until
   * `InTimeOrder` has judged it beside the other samples of its stream.
   */
  readonly at: EpochMs;
  /** Default: `at` is certain, as in a recorded series. */
  readonly origin?: Origin | undefined;
  /** The reading was older than `anomaly.max_age` when it came. Only after `InTimeOrder`; default: it was not. */
  readonly late?: true | undefined;
  readonly value: number;
  /**
   * Other fields of the same message, for a stream with further inputs, in their configured order; NaN for a field that
   * the message lacks.
   */
  readonly inputs?: readonly number[] | undefined;
  /**
   * (n): names of the further inputs, by which the machine of the stream finds those of its own configuration. Default: they go by their
   * place, if there are as many: journals of old versions have no names.
   */
  readonly inputNames?: readonly string[] | undefined;
  /** Share of the learning that it gets. Default: everything. */
  readonly effort?: Effort | undefined;
  /** Default: none. */
  readonly marks?: Marks | undefined;
  /**
   * The source that owns the stream. A sample holds its source, and so does the record of a living stream. While one of them exists,
   * no other source can take the stream's name. Of a sample from the journal: undefined.
   */
  readonly source?: StreamSource | undefined;
}

/**
 * One step of a stream's memory. With `step: message` each sample is one; on a grid each grid point is one.
 * `value` is NaN where the grid point has no reading (missing): the memory moves on, nothing is scored.
 */
export interface Step {
  readonly stream: StreamId;
  readonly at: EpochMs;
  /** Local time minus UTC at `at`, for the calendar features. */
  readonly zoneOffset: DurationMs;
  readonly value: number;
  /** Inputs of the sample; on a grid each is the last one that is not too old. */
  readonly inputs?: readonly number[] | undefined;
  /** Effort of the sample that led to the step. */
  readonly effort?: Effort | undefined;
  /** Marks of the sample that led to the step. */
  readonly marks?: Marks | undefined;
  /** Lateness of the sample that led to the step. */
  readonly late?: true | undefined;
}
