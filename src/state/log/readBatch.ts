import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import { KIND_MASK, TAG } from './batchFormat.ts';
import { BatchError, BatchReader } from './batchReader.ts';
import type { JournalEntry } from './entry.ts';
import { readEntry } from './entryCodec.ts';

/**
 * Hands on each entry of a batch with its position.
 * @throws BatchError after the entries before the fault
 */
export function readBatch(batch: JournalBatch, take: (entry: JournalEntry, position: JournalPosition) => void): void {
  const reader = new BatchReader(batch.bytes);
  let position = batch.first;
  while (!reader.isAtEnd) {
    const tag = reader.byte();
    if ((tag & KIND_MASK) === TAG.gap) position += reader.long();
    else if (!reader.takeNames(tag & KIND_MASK)) take(readEntry(reader, tag), position++);
  }
  if (position !== batch.last + 1) throw new BatchError('another number of entries than the batch says');
}
