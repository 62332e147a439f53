import type { JournalPosition, StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { NameOf } from './log/nameOf.ts';
import { RedoLog } from './log/redoLog.ts';

/**
 * The journal as it is now, of one stream and after a position: for a stream whose newest snapshot turned out to be of no use.
 * @throws StoreError
 */
export async function reread(
  store: StateStore,
  stream: StreamId,
  after: JournalPosition,
  nameOf?: NameOf,
): Promise<RedoLog> {
  const redoLog = new RedoLog((id) => (id === stream ? after : Number.POSITIVE_INFINITY), nameOf);
  await store.readJournal((batch) => redoLog.read(batch));
  return redoLog;
}
