import type { Observable } from 'rxjs';
import type { TakeState } from '../domain/learnerHost.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Awaited } from './awaitedStreams.ts';
import type { Journal } from './log/journal.ts';
import type { Redeliveries } from './log/redeliveries.ts';
import type { Recollection } from './recall.ts';
import type { Suspects } from './suspects.ts';

/** What `recallWith` asks of whoever keeps the states. */
export interface RecallPort {
  /** @returns whether the sample may go on to its learner; else its stream has to be recalled first */
  note(sample: Sample, position: JournalPosition): boolean;
  /** Never rejects. */
  recall(stream: StreamId, first: JournalPosition): Promise<Recollection>;
  /** As `recall`, of a stream that no reading has come of. undefined: it is here, or on its way. */
  recallAwaited?(stream: StreamId, first: JournalPosition): Promise<Recollection> | undefined;
}

/** Whoever keeps what is learned, as the pipeline sees it. */
export interface DurableState {
  readonly journal: Journal;
  readonly redeliveries: Redeliveries;
  readonly suspects: Suspects;
  readonly keeper: RecallPort & {
    checkpoint(stream: StreamId): TakeState | undefined;
    leave(stream: StreamId): TakeState | undefined;
  };
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Streams that are to be recalled without waiting for a reading. */
  readonly awaited$?: Observable<Awaited> | undefined;
}
