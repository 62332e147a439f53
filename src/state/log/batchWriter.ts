import { TidegateError } from '../../domain/errors.ts';
import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import { BatchBytes } from './batchBytes.ts';
import { TAG } from './batchFormat.ts';
import type { JournalEntry } from './entry.ts';
import { writeEntry } from './entryCodec.ts';

/** Collects the entries of one commit as bytes. */
export class BatchWriter {
  readonly #out = new BatchBytes();
  #entries = 0;
  /** Where the count of the gap stands that the bytes end with; undefined: they do not end with one. */
  #gap: number | undefined;

  /** Positions so far: entries, and those that were left out. */
  get entries(): number {
    return this.#entries;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#out.size;
  }

  add(entry: JournalEntry): void {
    this.#out.begin();
    this.#gap = undefined;
    writeEntry(this.#out, entry);
    this.#entries++;
  }

  /** Takes a position and writes no entry for it. */
  leaveOut(): void {
    if (this.#gap === undefined) {
      this.#out.begin();
      this.#out.byte(TAG.gap);
      this.#gap = this.#out.size;
      this.#out.long(0);
    }
    this.#out.incrementLong(this.#gap);
    this.#entries++;
  }

  /**
   * The entries as a batch that begins at `first`; the writer is empty afterwards.
   * @throws TidegateError TG_INTERNAL where there is no entry, or where `first` is no position
   */
  take(first: JournalPosition): JournalBatch {
    if (this.#entries === 0 || !Number.isSafeInteger(first) || first < 0)
      throw new TidegateError('TG_INTERNAL', `no batch of ${this.#entries} entries can begin at ${first}`);
    const batch = { first, last: first + this.#entries - 1, bytes: this.#out.copy() };
    this.clear();
    return batch;
  }

  clear(): void {
    this.#out.clear();
    this.#entries = 0;
    this.#gap = undefined;
  }
}
