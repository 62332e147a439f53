import type { Report } from '../../domain/events.ts';
import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import type { Delay, DurationMs } from '../../domain/time.ts';

export interface JournalOptions {
  /** Resolves once the batch is on the medium. */
  readonly append: (batch: JournalBatch) => Promise<void>;
  /** Position of the last entry so far. */
  readonly position: JournalPosition;
  /** Longest wait of an entry for its commit, while the medium can keep up. */
  readonly commitInterval: DurationMs;
  /** Number of entries that makes a commit due before that. */
  readonly mostEntries: number;
  /** Most bytes that wait for a medium that takes nothing; beyond them they are discarded, unless an acknowledgement depends on them. */
  readonly mostBytes: number;
  /** While the medium takes nothing: holds acknowledgements back, or gives them all the same. */
  readonly onFault: 'stop_ack' | 'continue_unsafe';
  readonly delay: Delay;
  readonly report: Report;
  /** Hears that entries were discarded and the medium works again: snapshots have to save what they led to. */
  readonly onLost: () => void;
}
