// What the daemon has learned from, by its own journal: of each stream the values of its readings.
import { createStore } from '#built/adapters/store/thread/createStore';
import { readBatch } from '#built/state/log/readBatch';

/**
 * @returns stream → value → how many times, or undefined where the journal has been cut already
 * @throws where the state cannot be read
 */
export async function readLearned(folder) {
  const store = createStore({ folder });
  const learned = new Map();
  let first;
  try {
    await store.open();
    await store.readJournal((batch) => {
      first ??= batch.first;
      readBatch(batch, (entry) => {
        if (entry.kind !== undefined && entry.kind !== 'reading') return;
        const { stream, value } = entry;
        const values = learned.get(stream) ?? new Map();
        values.set(value, (values.get(value) ?? 0) + 1);
        learned.set(stream, values);
      });
    });
  } finally {
    await store.close();
  }
  return first === 1 ? learned : undefined;
}
