import type { Report } from '../domain/events.ts';
import type { RepeatDetector } from '../domain/receipt.ts';
import type { JournalPosition, StateStore, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { CHECKPOINT_LIMITS, type CheckpointLimits } from './checkpoints.ts';
import { BatchError } from './log/batchReader.ts';
import { JournalSize } from './log/journalSize.ts';
import type { NameOf } from './log/nameOf.ts';
import { type JournalReading, RedoLog } from './log/redoLog.ts';

/** Stretches that positions are known to, in what is worth a trim. */
const STRETCHES_OF_A_TRIM = 8;

/** Content of the journal at the start. */
export interface FoundJournal {
  readonly redoLog: RedoLog;
  readonly size: JournalSize;
  readonly inputs: number;
  /** Position of the first entry; 0: there is none. */
  readonly start: JournalPosition;
  /** Number of batches that were lost. */
  readonly damaged: number;
}

export interface ReadJournalOptions {
  readonly opening: StoreOpening;
  /** Takes the keys of the messages that were taken in. */
  readonly repeats: RepeatDetector;
  readonly limits?: CheckpointLimits | undefined;
  /** Names of streams by those that the journal has. Default: the same. */
  readonly nameOf?: NameOf | undefined;
}

/** Reads the journal from its beginning. Batches that cannot be read are left out and reported. @throws StoreError */
export async function readJournal(
  store: StateStore,
  report: Report,
  { opening, repeats, nameOf, limits = CHECKPOINT_LIMITS }: ReadJournalOptions,
): Promise<FoundJournal> {
  const from = new Map<StreamId, JournalPosition>();
  for (const { stream, generations } of opening.streams) {
    // Older ones are those of a past that a start has no need of.
    from.set(stream, Math.min(...generations.slice(0, 2).map(({ position }) => position)));
  }
  const redoLog = new RedoLog((stream) => from.get(stream) ?? 0, nameOf);
  const size = new JournalSize(limits.leastTrimBytes / STRETCHES_OF_A_TRIM);
  const others: JournalReading = {
    message: (key, position) => void repeats.note(key, position),
    session: () => repeats.endSession(),
  };
  let unreadable = 0;
  let last = 0;
  let start: JournalPosition = 0;
  const { damaged } = await store.readJournal((batch) => {
    size.add(batch);
    start ||= batch.first;
    try {
      // As `Journal` takes care that no position is used twice.
      if (batch.first <= last) throw new BatchError('a position that was used before');
      last = batch.last;
      redoLog.read(batch, others);
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      unreadable++;
    }
  });
  const lost = damaged + unreadable;
  if (lost > 0) report({ type: 'JournalDamaged', batches: lost });
  return { redoLog, size, inputs: redoLog.inputs, start, damaged: lost };
}
