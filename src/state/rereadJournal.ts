import type { JournalPosition, StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { NameOf } from './log/nameOf.ts';
import { RedoLog } from './log/redoLog.ts';

/** Most inputs of a stream that are held in memory to be taken in again: some 60 bytes each. */
const MOST_INPUTS = 500_000;

/** The journal as it is now, of one stream and after a position. */
export interface Reread {
  readonly redoLog: RedoLog;
  /** Entries from here on are there. */
  readonly from: JournalPosition;
  /** Nothing of it is damaged, and its inputs are not too many. */
  readonly isWhole: boolean;
}

/**
 * The journal as it is now, of one stream and after a position: for a stream that goes back, or whose newest snapshot turned out to be of no use. An input
 * that was written again lies behind the place that it had, so nothing before that position is read.
 * @throws StoreError
 */
export async function reread(
  store: StateStore,
  stream: StreamId,
  after: JournalPosition,
  nameOf?: NameOf,
): Promise<Reread> {
  const redoLog = new RedoLog((id) => (id === stream ? after : Number.POSITIVE_INFINITY), nameOf);
  const { damaged, from } = await store.readJournal((batch) => {
    if (redoLog.inputs <= MOST_INPUTS) redoLog.read(batch);
  }, after + 1);
  return { redoLog, from, isWhole: damaged === 0 && redoLog.inputs <= MOST_INPUTS };
}
