import type { StreamId } from '../domain/streamId.ts';
import type { StreamInput } from '../domain/streamInput.ts';

/** A stream was restored: its machine goes on from there. */
export interface Opening {
  readonly opened: StreamId;
}

/** The state of a stream is to be taken as it is after all that came before. */
export interface CheckpointRequest {
  readonly wanted: StreamId;
}

/** All samples so far of the stream are of its life before. */
export interface ReplayEnd {
  readonly replayed: StreamId;
}

/** The stream is in the middle of coming back: it must not make room for what comes next. */
export interface Hold {
  readonly held: StreamId;
}

/** The stream leaves as one that makes room does: it comes back with its settings of then. */
interface Renewal {
  readonly renewed: StreamId;
}

/** The stream leaves, and no entry of the configuration gives it any more: its state is kept. */
interface Retirement {
  readonly retired: StreamId;
}

/** The stream leaves, to come back with another state: that without inputs of its past, or a foreign one. */
interface Rewinding {
  readonly rewound: StreamId;
  /** Hears that its learner is gone: what is restored before that would go with it. */
  readonly left: () => void;
}

export type RoutedInput =
  | StreamInput
  | Opening
  | CheckpointRequest
  | ReplayEnd
  | Hold
  | Renewal
  | Retirement
  | Rewinding;

export function isStreamInput(input: RoutedInput): input is StreamInput {
  return (input as StreamInput).stream !== undefined;
}
