import type { JournalBatch } from '../../../domain/stateStore.ts';
import type { ReadOnlyStore } from '../repair/readOnlyStore.ts';
import { readTrimmed } from '../sqlite/meta.ts';
import type { BatchRecord } from './batchRecord.ts';

/** A part of the journal, and how often something is missing within it. */
export interface JournalPart {
  readonly batches: readonly JournalBatch[];
  readonly damaged: number;
}

/**
 * The whole journal, oldest first, without what was trimmed. Each batch says which entry came before it: where that was not
 * read, something is missing.
 */
export function* readInOrder({ database, batches, journal }: ReadOnlyStore): Generator<JournalPart> {
  const trimmed = readTrimmed(database);
  let seen = Math.max(0, trimmed - 1);
  let newest = 0;
  function toPart(records: readonly BatchRecord[]): JournalPart {
    const part: JournalBatch[] = [];
    let damaged = 0;
    for (const { first, last, previous, bytes } of records) {
      if (last < trimmed || first <= newest) continue;
      if (previous > seen) damaged++;
      part.push({ first, last, bytes });
      newest = last;
      seen = Math.max(seen, last);
    }
    return { batches: part, damaged };
  }
  for (const records of batches.read()) yield toPart(records);
  for (const records of journal.read()) yield toPart(records);
}
