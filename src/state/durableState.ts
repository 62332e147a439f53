import type { Observable, Subject } from 'rxjs';
import type { TakeState } from '../domain/learnerHost.ts';
import type { RepeatDetector } from '../domain/receipt.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Return, StreamInput } from '../domain/streamInput.ts';
import type { DurationMs } from '../domain/time.ts';
import type { Awaited } from './awaitedStreams.ts';
import type { Journal } from './log/journal.ts';
import type { PoisonDetector } from './poisonDetector.ts';
import type { ResidencyTable } from './residencyTable.ts';
import type { StateHealth } from './stateHealth.ts';
import type { RestoreResult } from './stateRestorer.ts';

/** Port: orders for which a stream leaves, and comes back with another state. */
interface ReturnPort {
  /**
   * Brings a stream back that has just left by `rewind`, with the state that the order wants; as it was where that cannot be. Never rejects.
   * undefined: it did not leave.
   * @param first position of the first input that waits for it
   * @param hasLeft resolves when its learner is gone
   */
  comeBack(order: Return, first: JournalPosition, hasLeft: Promise<void>): Promise<RestoreResult> | undefined;
  /** The stream that has to leave for the order; undefined: none has. */
  sourceOf(order: Return): StreamId | undefined;
  /** The order comes to nothing: there is no room for its stream. */
  giveUp(order: Return): void;
}

/** Port: residency of streams, as `restoreWith` needs it. */
export interface RestorePort {
  /** @returns whether the input may go on to its learner; else its stream has to be restored first */
  note(input: StreamInput, position: JournalPosition): boolean;
  /** Never rejects. */
  restore(stream: StreamId, first: JournalPosition): Promise<RestoreResult>;
  /** The state of a stream that leaves has room. Default: it always has. */
  readonly mayLeave?: boolean;
  /** Streams that come back with another state. Default: there are none. */
  readonly orders?: ReturnPort;
  /** A restore is through: the stream is with its learner, or does not come. */
  hasCome(stream: StreamId): void;
  /** Restores a stream that no input has come of. undefined: it is resident or being restored. */
  restoreAwaited?(stream: StreamId, first: JournalPosition): Promise<RestoreResult> | undefined;
}

/** Port: what outlives the process, as the pipeline needs it. */
export interface DurableState {
  readonly journal: Journal;
  readonly repeats: RepeatDetector;
  readonly poison: PoisonDetector;
  readonly residency: RestorePort & {
    checkpoint(stream: StreamId): TakeState | undefined;
    leave(stream: StreamId, comesBack?: boolean): TakeState | undefined;
    /** The state of a stream that goes back is held until it has come back. Default: none goes back. */
    rewind?(stream: StreamId): TakeState | undefined;
  };
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Streams that are to be restored without waiting for an input. */
  readonly awaited$?: Observable<Awaited> | undefined;
}

/** State that outlives the process, as it is opened, steered and closed. */
export interface OpenDurableState extends DurableState {
  readonly residency: ResidencyTable;
  readonly awaited$: Subject<Awaited>;
  readonly wanted$: Subject<StreamId>;
  /** Begins to write what is due now and then. */
  start(): void;
  /**
   * The source has begun a session, and its `repeats` know. Resolves when that is on the medium, or after a while where the medium takes nothing: what
   * comes over it before is mistaken, after a crash, for what it resembles in the session before.
   */
  beginSession(): Promise<void>;
  /**
   * Restores, without waiting for readings, the streams of which the journal has more than their snapshots: after a
   * crash it cannot be known whether the last forecast has reached any reader. Those heard of last come first.
   * @param mayCome asked when a stream's turn has come: whether its settings are known, and whether there is room for
   * it
   */
  bringBack(mayCome: (stream: StreamId) => boolean): void;
  /** Takes the state of every stream that has changed. @returns number of those that are on the medium now; undefined: the medium takes nothing */
  saveAll(): Promise<number | undefined>;
  /** Takes the state of one stream. Resolves once it is on the medium, or that takes nothing. */
  saveStream(stream: StreamId): Promise<void>;
  /** Before the intake closes: the states that a stop may write. */
  takeBeforeStop(): void;
  /** After the last forecast: everything that was let in is on the medium then, unless that takes longer than `patience`. */
  stop(patience: DurationMs): Promise<void>;
  readonly health: () => StateHealth;
}
