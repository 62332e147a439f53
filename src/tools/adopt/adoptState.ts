import { createInlineStore } from '../../adapters/store/thread/inlineStore.ts';
import type { StateStore, StoredStream, StoreOpening } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs } from '../../domain/time.ts';
import { BatchWriter } from '../../state/log/batchWriter.ts';

/** State that a stream is to go on with. */
export type StateToAdopt = (store: StateStore, stored: StoredStream | undefined) => Promise<Uint8Array>;

/**
 * Lets a stream go on with another state, in a folder that no daemon uses: as a daemon does it, by an order in the journal and a snapshot of that position. A
 * power cut between both leaves the stream as it was. The newest snapshot of before stays as the one before; what the journal has beyond it is void.
 * @returns bytes of the state. @throws TidegateError TG_STATE_LOCKED and as the store's `open`; StoreError; what `state` throws
 */
export async function adoptState(folder: string, stream: StreamId, state: StateToAdopt): Promise<number> {
  const store = createInlineStore({ folder });
  const opening = await store.open();
  try {
    const bytes = await state(
      store,
      opening.streams.find((stored) => stored.stream === stream),
    );
    const position = lastOf(opening) + 1;
    const journal = new BatchWriter();
    journal.add({ kind: 'command', stream, at: toEpochMs(Date.now()), command: 'adopt' });
    await store.append(journal.take(position));
    await store.save([{ stream, position, bytes }]);
    return bytes.length;
  } finally {
    await store.close();
  }
}

function lastOf({ streams, lastPosition }: StoreOpening): number {
  const positions = streams.flatMap(({ generations }) => generations.map(({ position }) => position));
  return Math.max(lastPosition, ...positions);
}
