import type { JournalPosition, StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { RedoLog } from './log/redoLog.ts';

/**
 * The journal as it is now, of one stream and after a position: for a stream whose newest snapshot turned out to be of no use.
 * @throws StoreError
 */
export async function reread(store: StateStore, stream: StreamId, after: JournalPosition): Promise<RedoLog> {
  const redoLog = new RedoLog((id) => (id === stream ? after : Number.POSITIVE_INFINITY));
  await store.readJournal((batch) => redoLog.read(batch));
  return redoLog;
}
