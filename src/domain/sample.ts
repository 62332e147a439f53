import type { Effort } from './effort.ts';
import type { StreamId } from './streamId.ts';
import type { StreamSource } from './streamSpec.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** One MQTT message as it arrived. `retained` is true only for what the broker replayed from its retained store. */
export interface Inbound {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: EpochMs;
  readonly retained: boolean;
  /** Of a message with QoS 1 or 2 whose acknowledgement is ours to give; undefined: none is owed. */
  readonly delivery?: Delivery;
}

/** What the broker waits to hear of one message (MQTT 4.3.2, 4.3.3). */
export interface Delivery {
  readonly packetId: number;
  /** The broker says that it may have sent it before (DUP). */
  readonly isRedelivery: boolean;
  /** The broker may have kept it while we were away: what a resumed session has collected is not through yet. Default: no. */
  readonly isBacklog?: boolean;
  /**
   * Counts the broker's sessions: packet ids of different sessions have nothing to do with each other. 0: the session that
   * the broker still had from before this process began.
   */
  readonly session: number;
  /**
   * So many unacknowledged messages the broker should send before it waits. Not all keep to it: mosquitto 2.0 oversteps it by
   * any number as soon as some are acknowledged. So this says when to acknowledge, not how many can come again.
   */
  readonly window: number;
  /** Counts the network connections of this process. */
  readonly connection: number;
  /** Of the first message with QoS 1 or 2 on that connection. */
  readonly firstPacketId: number;
  /** How long the connection was up when the message came. */
  readonly age: DurationMs;
  /**
   * Lets the broker forget the message. To be called in the order of receipt; each message once. Without effect where the
   * connection that it came over is gone: the broker will send it again.
   * @param onSettled called once the broker has seen the acknowledgement: the message cannot come again. Not called where the
   * connection ends before that: then it may come again.
   */
  acknowledge(onSettled?: () => void): void;
}

/** What a message lets us know of the time of its readings, beside the time itself. */
export interface Origin {
  /** When the message came: whole milliseconds where it tells a time of its own, else equal to the time of the sample. */
  readonly arrival: EpochMs;
  /** Whether the message tells a time. */
  readonly isTold: boolean;
  /** As `Delivery.isBacklog`. */
  readonly isBacklog: boolean;
}

/** One reading of one stream, in the sensor's own unit; `value` is finite. */
export interface Sample {
  /** Default: `reading`, the kind of input that nearly all are. */
  readonly kind?: 'reading';
  readonly stream: StreamId;
  /**
   * The moment the reading is for. With an `origin` this is what the message tells (or its arrival, where it tells nothing), until
   * `inTimeOrder` has judged it beside the other samples of its stream.
   */
  readonly at: EpochMs;
  /** Default: `at` is certain, as in a recorded series. */
  readonly origin?: Origin;
  /** The reading was older than `anomaly.max_age` when it came. Only after `inTimeOrder`; default: it was not. */
  readonly late?: true;
  readonly value: number;
  /** Of a stream with further inputs: the other fields of the same message, in their configured order; NaN where it has none. */
  readonly inputs?: readonly number[];
  /** How much to learn from it. Default: everything. */
  readonly effort?: Effort;
  /**
   * The source that owns the stream. A sample holds its source, and so does the record of a living stream. While one of them exists,
   * no other source can take the stream's name. Of a sample from the journal: undefined.
   */
  readonly source?: StreamSource;
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
  /** As of the sample that led to it. */
  readonly effort?: Effort;
  /** As of the sample that led to it. */
  readonly late?: true;
}
