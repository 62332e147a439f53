import type {
  JournalBatch,
  JournalPosition,
  StoredSnapshot,
  StoredStream,
  StoreOpening,
  StoreTraffic,
  StreamSnapshot,
} from '../../domain/stateStore.ts';
import { StoreError } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { loadFromBackup, writeBackup } from './backupFile.ts';
import { closeQuietly } from './database.ts';
import { filesIn } from './folder.ts';
import { writeTrimmed } from './meta.ts';
import { type JournalPart, readInOrder } from './readInOrder.ts';
import { RESERVE_BYTES, Reserve } from './reserve.ts';
import { toStoreError } from './storeFault.ts';
import { engineOf, openParts, repairParts, type StoreParts, type StoreSettings } from './storeParts.ts';
import { Traffic } from './traffic.ts';

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
  readonly #settings: StoreSettings;
  readonly #traffic = new Traffic();
  readonly #reserve: Reserve;
  readonly #now: () => number;
  #parts: StoreParts | undefined;
  #reading: Iterator<JournalPart> | undefined;
  /** Damaged records of the files that were open before. */
  #damaged = 0;

  /** @param now ms since the epoch */
  constructor(settings: StoreSettings, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
    this.#reserve = new Reserve(settings.folder, settings.reserveBytes ?? RESERVE_BYTES, this.#traffic);
  }

  open(): StoreOpening {
    return this.#guard(() => {
      this.#parts = openParts(this.#settings, this.#traffic, this.#now());
      this.#reserve.renew(this.#now());
      return this.#parts.opening;
    });
  }

  repair(): StoreOpening {
    return this.#guard(() => {
      this.#end();
      this.#parts = repairParts(this.#settings, this.#traffic, this.#now());
      return this.#parts.opening;
    });
  }

  append(batch: JournalBatch): void {
    this.#guard(() => {
      const { journal, batches } = this.#open;
      journal.append(batch, batches.lastPosition);
    });
  }

  /** Begins to read the journal; `nextPart` goes on. */
  startReading(): void {
    this.#guard(() => {
      this.#reading = readInOrder(this.#open);
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

  trim(position: JournalPosition): void {
    this.#write((parts) => {
      writeTrimmed(parts.database, position);
      parts.batches.trim(position);
      // What takes the journal's place must not be in the log alone, where one bad bit would cost both.
      this.#checkpoint(parts);
      parts.journal.trim(position);
    });
  }

  save(streams: readonly StreamSnapshot[]): void {
    this.#write(({ snapshots }) => snapshots.save(streams, this.#now()));
  }

  load(stream: StreamId, below: number = Number.POSITIVE_INFINITY): StoredSnapshot | undefined {
    return this.#guard(() => {
      const { snapshots } = this.#open;
      const found = snapshots.load(stream, below);
      if (found !== undefined || !snapshots.mayHaveLost(stream)) return found;
      return loadFromBackup(filesIn(this.#settings.folder).backup, engineOf(this.#settings), stream, below);
    });
  }

  remove(stream: StreamId): void {
    this.#write(({ snapshots }) => snapshots.remove(stream));
  }

  list(): readonly StoredStream[] {
    return this.#guard(() => this.#open.snapshots.list());
  }

  backup(): void {
    const { backup, backupDraft } = filesIn(this.#settings.folder);
    this.#guard(() => writeBackup(this.#open, backupDraft, backup, engineOf(this.#settings), this.#traffic));
  }

  get traffic(): StoreTraffic {
    const { bytesWritten, journalBytes, flushes } = this.#traffic;
    return { bytesWritten, journalBytes, flushes, damaged: this.#damaged + (this.#parts?.snapshots.damaged ?? 0) };
  }

  /** What need not be waited for: to be called after requests that write. */
  tidy(): void {
    const parts = this.#parts;
    if (parts === undefined) return;
    try {
      if (parts.meter.pages > MOST_WAL_PAGES) this.#checkpoint(parts);
      this.#reserve.renew(this.#now());
    } catch {
      // It is tried again after the next request; what was committed is safe without it.
    }
  }

  #checkpoint({ database, meter }: StoreParts): void {
    meter.afterCommit();
    const isLarge = meter.bytes > MOST_WAL_BYTES;
    const answer = database.all(isLarge ? 'PRAGMA wal_checkpoint(TRUNCATE)' : 'PRAGMA wal_checkpoint(PASSIVE)');
    if (answer[0]?.['busy'] !== 0)
      throw new StoreError('failed', 'the write-ahead log could not be copied into the file');
    meter.afterCheckpoint();
  }

  close(): void {
    this.#guard(() => {
      const parts = this.#parts;
      if (parts === undefined) return;
      this.#parts = undefined;
      this.#damaged += parts.snapshots.damaged;
      parts.journal.close();
      parts.database.close();
      parts.meter.afterCheckpoint();
    });
  }

  /** Closes what is damaged. */
  #end(): void {
    this.#damaged += this.#parts?.snapshots.damaged ?? 0;
    this.#parts?.journal.close();
    if (this.#parts !== undefined) closeQuietly(this.#parts.database);
    this.#parts = undefined;
    this.#reading = undefined;
  }

  get #open(): StoreParts {
    if (this.#parts === undefined) throw new StoreError('failed', 'the store is not open');
    return this.#parts;
  }

  /** On a full disk the reserve is for these: snapshots, and what makes room. The journal would only eat it up before. */
  #write(work: (parts: StoreParts) => void): void {
    this.#guard(() => {
      try {
        work(this.#open);
      } catch (error) {
        if ((toStoreError(error, this.#settings.folder) as StoreError).fault !== 'full') throw error;
        if (!this.#reserve.release()) throw error;
        work(this.#open);
      }
      this.#open.meter.afterCommit();
    });
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#settings.folder);
    }
  }
}
