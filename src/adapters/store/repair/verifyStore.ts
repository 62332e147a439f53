import { readInOrder } from '../segments/readInOrder.ts';
import { type ReadOnlyStore, withReadOnlyStore } from './readOnlyStore.ts';

/** Whole and damaged parts of a store. */
export interface StoreCheck {
  readonly streams: number;
  /** Generations of all streams that were read to their end and are what was written. */
  readonly snapshots: number;
  readonly damagedSnapshots: number;
  readonly batches: number;
  /** Number of gaps in the journal. */
  readonly damagedBatches: number;
  /** Faults that SQLite finds in the structure of the file. */
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 20;

/** Reads every record of the store in a folder, and changes none. @throws as `withReadOnlyStore` */
export function verifyStore(folder: string): StoreCheck {
  return withReadOnlyStore(folder, verify);
}

function verify(view: ReadOnlyStore): StoreCheck {
  const { database, snapshots } = view;
  const answers = database.all(`PRAGMA integrity_check(${MOST_PROBLEMS})`);
  const problems = answers.map((row) => String(row['integrity_check'])).filter((answer) => answer !== 'ok');
  let whole = 0;
  const streams = snapshots.list();
  for (const { stream, generations } of streams) {
    // Each call goes on below the last one; what is damaged is counted and left out.
    for (let below = Number.POSITIVE_INFINITY, left = generations.length; left > 0; left--) {
      const loaded = snapshots.load(stream, below);
      if (loaded === undefined) break;
      whole++;
      below = loaded.generation;
    }
  }
  let batches = 0;
  let damagedBatches = 0;
  for (const part of readInOrder(view, 1)) {
    batches += part.batches.length;
    damagedBatches += part.damaged;
  }
  return {
    streams: streams.length,
    snapshots: whole,
    damagedSnapshots: snapshots.damaged,
    batches,
    damagedBatches,
    problems,
  };
}
