import {
  type JournalBatch,
  type JournalPosition,
  type NewSnapshot,
  type PastJournal,
  type StoredSnapshot,
  type StoredStream,
  StoreError,
  type StoreOpening,
  type StoreTraffic,
} from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { RESERVE_BYTES, Reserve } from '../files/reserve.ts';
import { statePathsIn } from '../files/statePaths.ts';
import { toStoreError } from '../files/storeFault.ts';
import { WriteMeter } from '../files/writeMeter.ts';
import { loadFromBackup, writeBackup } from '../repair/backupFile.ts';
import { type JournalPart, readInOrder, startOf } from '../segments/readInOrder.ts';
import type { Engine } from '../sqlite/database.ts';
import { writeTrimmed } from '../sqlite/meta.ts';
import { engineOf, type OpenStore, type StoreSettings } from './openStore.ts';
import { StoreHolder } from './storeHolder.ts';

/** Pages in the write-ahead log beyond which they are copied into the file: 1 MiB. One bad bit in the log costs all after it. */
const MOST_WAL_PAGES = 256;
/** Beyond it the log is cut down, not only used again: a large round of snapshots is rare. */
const MOST_WAL_BYTES = 16 * 1024 * 1024;

/**
 * The state store on the calling thread: every call is done when it returns. Its owner holds the folder's lock.
 * Snapshots are in an SQLite database, the journal is in segments beside it: a commit of SQLite's makes the file system
 * write its own journal too, a batch in a segment costs its bytes and one flush.
 */
export class StoreCore {
  readonly #folder: string;
  readonly #engine: Engine;
  readonly #writes = new WriteMeter();
  readonly #reserve: Reserve;
  readonly #holder: StoreHolder;
  readonly #now: () => number;
  #reading: Iterator<JournalPart> | undefined;

  /** @param now ms since the epoch */
  constructor(settings: StoreSettings, now: () => number = Date.now) {
    this.#folder = settings.folder;
    this.#engine = engineOf(settings);
    this.#now = now;
    this.#reserve = new Reserve(settings.folder, settings.reserveBytes ?? RESERVE_BYTES, this.#writes);
    this.#holder = new StoreHolder(settings, this.#writes, this.#reserve, now);
  }

  /** @param isAgain a thread of this store had it open before, and has died: another state is not opened in its place */
  open(isAgain = false): StoreOpening {
    return this.#guard(() => this.#holder.open(isAgain));
  }

  repair(): StoreOpening {
    this.#reading = undefined;
    return this.#guard(() => this.#holder.repair());
  }

  append(batch: JournalBatch): void {
    this.#guard(() => {
      const { journal, batches } = this.#holder.writable;
      if (!batches.isNewest(batch)) journal.append(batch, batches.lastPosition);
      this.#holder.requireInPlace();
      this.#holder.acknowledge(batch.last);
    });
  }

  /** Begins to read the journal; `nextPart` goes on. @param from as of `StateStore.readJournal` @returns the first entry that is there */
  startReading(from?: JournalPosition): JournalPosition {
    return this.#guard(() => {
      this.#reading = readInOrder(this.#holder.readable, from);
      return startOf(this.#holder.readable, from);
    });
  }

  /** @returns undefined at the end */
  nextPart(): JournalPart | undefined {
    return this.#guard(() => {
      if (this.#reading === undefined) throw new StoreError('failed', 'the journal is not being read');
      const next = this.#reading.next();
      return next.done === true ? undefined : next.value;
    });
  }

  trim(position: JournalPosition, past?: PastJournal): JournalPosition {
    return this.#write((parts) => {
      const { database, batches, journal } = parts;
      // Beside batches in the database the past has no order.
      const start = past === undefined || !batches.isEmpty ? position : journal.pastAfter(position, past);
      writeTrimmed(database, position, start);
      batches.trim(position);
      // What takes the journal's place must not be in the log alone, where one bad bit would cost both.
      this.#checkpoint(parts);
      journal.trim(position, start);
      return batches.isEmpty ? journal.pastFrom : position;
    });
  }

  save(streams: readonly NewSnapshot[]): void {
    this.#write(({ snapshots }) => snapshots.save(streams, this.#now()));
  }

  load(stream: StreamId, below: number = Number.POSITIVE_INFINITY): StoredSnapshot | undefined {
    return this.#guard(() => {
      const { snapshots } = this.#holder.readable;
      const found = snapshots.load(stream, below);
      if (found !== undefined || !snapshots.mayHaveLost(stream)) return found;
      // A backup that lies there instead of ours is another state's.
      this.#holder.requireInPlace();
      return loadFromBackup(statePathsIn(this.#folder).backup, stream, below);
    });
  }

  remove(stream: StreamId): void {
    this.#write(({ snapshots }) => snapshots.remove(stream));
  }

  list(): readonly StoredStream[] {
    return this.#guard(() => this.#holder.readable.snapshots.list());
  }

  backup(): void {
    const { backup } = statePathsIn(this.#folder);
    this.#guard(() => {
      const target = { to: backup, engine: this.#engine, writes: this.#writes };
      writeBackup(this.#holder.writable, { ...target, existing: 'replaced' });
      this.#holder.requireInPlace();
    });
  }

  get traffic(): StoreTraffic {
    const { bytesWritten, journalBytes, flushes } = this.#writes;
    return { bytesWritten, journalBytes, flushes, damaged: this.#holder.damaged };
  }

  /** Work that need not be waited for: to be called after requests that write. */
  tidy(): void {
    // The next request is to be told of it.
    if (!this.#holder.isInPlace) return;
    try {
      const parts = this.#holder.writable;
      if (parts.meter.pages > MOST_WAL_PAGES) this.#checkpoint(parts);
      this.#reserve.renew(this.#now());
    } catch {
      // It is tried again after the next request; what was committed is safe without it.
    }
  }

  #checkpoint({ database, meter }: OpenStore): void {
    meter.afterCommit();
    const isLarge = meter.bytes > MOST_WAL_BYTES;
    const answer = database.all(isLarge ? 'PRAGMA wal_checkpoint(TRUNCATE)' : 'PRAGMA wal_checkpoint(PASSIVE)');
    if (answer[0]?.['busy'] !== 0)
      throw new StoreError('failed', 'the write-ahead log could not be copied into the file');
    meter.afterCheckpoint();
  }

  close(): void {
    this.#reading = undefined;
    this.#guard(() => this.#holder.close());
  }

  /** On a full disk the reserve is for these: snapshots, and what makes room. The journal would only eat it up before. */
  #write<Result>(work: (parts: OpenStore) => Result): Result {
    return this.#guard(() => {
      const parts = this.#holder.writable;
      const result = this.#holder.withReserve(() => work(parts));
      parts.meter.afterCommit();
      this.#holder.requireInPlace();
      return result;
    });
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#folder);
    }
  }
}
