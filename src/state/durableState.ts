import type { Observable } from 'rxjs';
import type { TakeState } from '../domain/learnerHost.ts';
import type { RepeatDetector } from '../domain/receipt.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { StreamInput } from '../domain/streamInput.ts';
import type { Awaited } from './awaitedStreams.ts';
import type { Journal } from './log/journal.ts';
import type { PoisonDetector } from './poisonDetector.ts';
import type { RestoreResult } from './stateRestorer.ts';

/** What `restoreWith` asks of whoever keeps the states. */
export interface RestorePort {
  /** @returns whether the input may go on to its learner; else its stream has to be recalled first */
  note(input: StreamInput, position: JournalPosition): boolean;
  /** Never rejects. */
  restore(stream: StreamId, first: JournalPosition): Promise<RestoreResult>;
  /** As `recall`, of a stream that no reading has come of. undefined: it is here, or on its way. */
  restoreAwaited?(stream: StreamId, first: JournalPosition): Promise<RestoreResult> | undefined;
}

/** Whoever keeps what is learned, as the pipeline sees it. */
export interface DurableState {
  readonly journal: Journal;
  readonly repeats: RepeatDetector;
  readonly poison: PoisonDetector;
  readonly residency: RestorePort & {
    checkpoint(stream: StreamId): TakeState | undefined;
    leave(stream: StreamId): TakeState | undefined;
  };
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Streams that are to be recalled without waiting for a reading. */
  readonly awaited$?: Observable<Awaited> | undefined;
}
