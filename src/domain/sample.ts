import type { StreamId } from './streamId.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** One MQTT message as it arrived. `retained` is true only for what the broker replayed from its retained store. */
export interface Inbound {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: EpochMs;
  readonly retained: boolean;
}

/** One reading of one stream, in the sensor's own unit; `value` is finite. */
export interface Sample {
  readonly stream: StreamId;
  /** The moment the reading is for: the payload's time, or the arrival where it has none or may not be trusted. */
  readonly at: EpochMs;
  readonly value: number;
  /** Of a stream with further inputs: the other fields of the same message, in their configured order; NaN where it has none. */
  readonly inputs?: readonly number[];
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
  /** As of a sample; on a grid each is the last one that is not too old. */
  readonly inputs?: readonly number[];
}
