import type { JournalBatch, JournalPosition } from '../../../domain/stateStore.ts';
import type { ReadOnlyStore } from '../repair/readOnlyStore.ts';
import { readTrimmed } from '../sqlite/meta.ts';
import type { BatchRecord } from './batchRecord.ts';

/** A part of the journal, and how often something is missing within it. */
export interface JournalPart {
  readonly batches: readonly JournalBatch[];
  readonly damaged: number;
}

/** Most bytes of a part with more than one batch: who reads a whole segment in one turn of the event loop is deaf for that time. */
const MOST_BYTES = 262_144;

/** First entry that is there: all later ones are, but for what is damaged. Parameters as of `readInOrder`. */
export function startOf(
  { database, batches, journal }: ReadOnlyStore,
  from: JournalPosition | undefined,
): JournalPosition {
  const trimmed = readTrimmed(database);
  if (!batches.isEmpty) return trimmed;
  return from === undefined ? Math.max(trimmed, journal.pastFrom) : journal.pastFrom;
}

/**
 * The journal, oldest first. Each batch says which entry came before it: where that was not read, something is missing.
 * @param from batches that end before it are left out, and segments that do are not read; the past is there in a store that was not made from a
 * backup. Default: what was not trimmed
 */
export function* readInOrder(store: ReadOnlyStore, from?: JournalPosition): Generator<JournalPart> {
  const { database, batches, journal } = store;
  // Beside batches in the database the past has no order.
  const wanted = batches.isEmpty ? from : undefined;
  const start = wanted === undefined ? readTrimmed(database) : Math.max(wanted, startOf(store, wanted));
  let seen = Math.max(0, start - 1);
  let newest = 0;
  function toPart(records: readonly BatchRecord[]): JournalPart {
    const read: JournalBatch[] = [];
    let damaged = 0;
    for (const { first, last, previous, bytes } of records) {
      if (last < start || first <= newest) continue;
      if (previous > seen) damaged++;
      read.push({ first, last, bytes });
      newest = last;
      seen = Math.max(seen, last);
    }
    return { batches: read, damaged };
  }
  for (const records of batches.read()) yield toPart(records);
  for (const records of journal.read(wanted)) for (const slice of slicesOf(records)) yield toPart(slice);
}

function* slicesOf(records: readonly BatchRecord[]): Generator<readonly BatchRecord[]> {
  let [from, bytes] = [0, 0];
  for (const [place, { size }] of records.entries()) {
    if (place > from && bytes + size > MOST_BYTES) {
      yield records.slice(from, place);
      [from, bytes] = [place, 0];
    }
    bytes += size;
  }
  yield records.slice(from);
}
