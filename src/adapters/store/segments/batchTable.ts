import { crc32 } from 'node:zlib';
import { type JournalBatch, type JournalPosition, StoreError } from '../../../domain/stateStore.ts';
import { blob, type Database, transaction } from '../sqlite/database.ts';
import { type BatchRecord, decodeBatch, encodeBatch, sizeOfBatch } from './batchRecord.ts';

const PUT = 'INSERT OR REPLACE INTO batch VALUES (?, ?)';
const NEXT = 'SELECT first, record FROM batch WHERE first > ? ORDER BY first LIMIT 256';
const FORGET = 'DELETE FROM batch WHERE first <= ?';

/** Journal batches in the database: only a backup has any, and a store that was made from one, until it trims them. */
export class BatchTable {
  readonly #database: Database;
  lastPosition: JournalPosition = 0;
  #isEmpty = true;
  #newest: { readonly first: number; readonly last: number; readonly crc: number } | undefined;

  constructor(database: Database) {
    this.#database = database;
    for (const batches of this.read()) {
      for (const { first, last, bytes } of batches) {
        if (last > this.lastPosition) this.#newest = { first, last, crc: crc32(bytes) };
        this.lastPosition = Math.max(this.lastPosition, last);
      }
      this.#isEmpty = false;
    }
  }

  /** There has been none since it was opened. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Tells if it is the newest one here. */
  isNewest({ first, last, bytes }: JournalBatch): boolean {
    const newest = this.#newest;
    return newest !== undefined && newest.first === first && newest.last === last && newest.crc === crc32(bytes);
  }

  /** Those that are whole, oldest first. */
  *read(): Generator<readonly BatchRecord[]> {
    for (let first = -1; ; ) {
      const rows = this.#database.all(NEXT, first);
      if (rows.length === 0) return;
      const next = Number(rows.at(-1)?.['first']);
      if (!(next > first)) throw new StoreError('damaged', 'batches of the state file are out of order');
      first = next;
      const batches = rows.map(({ record }) => decodeBatch(blob(record), 0));
      yield batches.filter((batch) => typeof batch !== 'string');
    }
  }

  /** Copies batches here. */
  put(batches: readonly BatchRecord[]): void {
    transaction(this.#database, () => {
      for (const batch of batches) {
        const record = new Uint8Array(sizeOfBatch(batch.bytes.length));
        encodeBatch(batch, { previous: batch.previous, segment: 0 }, record);
        this.#database.run(PUT, batch.first, record);
      }
    });
    this.#isEmpty = this.#isEmpty && batches.length === 0;
  }

  /** Forgets batches that end before `position`. */
  trim(position: JournalPosition): void {
    if (this.#isEmpty) return;
    let last = -1;
    for (const batches of this.read()) {
      for (const batch of batches) if (batch.last < position) last = batch.first;
    }
    transaction(this.#database, () => this.#database.run(FORGET, last));
  }
}
