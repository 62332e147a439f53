import type { Report } from '../domain/events.ts';
import type { TakeState } from '../domain/learnerHost.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { MachineFor } from './streamMachine.ts';

export interface RouteOptions {
  /** Streams alive at once; the least recently used one makes room for a new one. */
  readonly maxStreams: number;
  readonly machineFor: MachineFor;
  readonly report: Report;
  /** A stream makes room. @returns what takes its state; undefined: nothing does */
  readonly onEvict?: (stream: StreamId) => TakeState | undefined;
  /** A stream leaves because the configuration has changed. @returns as `onEvict` */
  readonly onReconfigure?: (stream: StreamId) => TakeState | undefined;
  /** A stream leaves, to come back without inputs of its past. @returns as `onEvict` */
  readonly onRewind?: (stream: StreamId) => TakeState | undefined;
  /** The state of a stream is to be taken. @returns what takes it; undefined: nothing does */
  readonly onCheckpoint?: (stream: StreamId) => TakeState | undefined;
  /** All that the samples of a stream's life before have led to has been passed on. */
  readonly onReplayed?: (stream: StreamId, replay: Replay) => void;
}

/** Times of the steps of a replay; NaN: there was none. */
export interface Replay {
  readonly last: number;
  /** Differs from the last where a clock was put right. */
  readonly highest: number;
}
