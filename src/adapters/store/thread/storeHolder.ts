import { TidegateError } from '../../../domain/errors.ts';
import { type JournalPosition, StoreError, type StoreOpening } from '../../../domain/stateStore.ts';
import { acquireLock } from '../files/instanceLock.ts';
import { randomUuid } from '../files/randomUuid.ts';
import type { Reserve } from '../files/reserve.ts';
import { reopen, returnToPath } from '../files/returnToPath.ts';
import { secureFolder } from '../files/stateFolder.ts';
import { holdsState } from '../files/statePaths.ts';
import { toStoreError } from '../files/storeFault.ts';
import type { WriteMeter } from '../files/writeMeter.ts';
import { type OpenReadOnlyStore, openReadOnlyStore, type ReadOnlyStore } from '../repair/readOnlyStore.ts';
import { closeQuietly } from '../sqlite/database.ts';
import { type Holding, type OpenStore, openStore, repairStore, type StoreSettings } from './openStore.ts';

/**
 * Knows which files a store is to read and write: those at the path of its folder, open for writing; where the medium takes
 * nothing, the same for reading alone; and where the path does not lead to them any more, none to write until it does again.
 */
export class StoreHolder {
  readonly #settings: StoreSettings;
  readonly #writes: WriteMeter;
  readonly #reserve: Reserve;
  readonly #now: () => number;
  readonly #owner: string;
  #parts: OpenStore | undefined;
  /** Content of a medium that took nothing when the store was opened. */
  #view: OpenReadOnlyStore | undefined;
  #wasOpen = false;
  #isAstray = false;
  /** The last journal entry that was acknowledged. */
  #acknowledged = 0;
  /** Damaged records of files that were open before. */
  #damagedBefore = 0;

  constructor(settings: StoreSettings, writes: WriteMeter, reserve: Reserve, now: () => number) {
    this.#settings = settings;
    this.#owner = settings.owner ?? randomUuid();
    this.#writes = writes;
    this.#reserve = reserve;
    this.#now = now;
  }

  /** @param isAgain a thread of this store had it open before: only that is opened */
  open(isAgain: boolean): StoreOpening {
    if (isAgain) {
      this.#parts = reopen(this.#holding(), this.#now());
      this.#wasOpen = true;
      return this.#parts.opening;
    }
    try {
      return this.#openForWriting();
    } catch (error) {
      return this.#openForReading(toStoreError(error, this.#settings.folder));
    }
  }

  #openForWriting(): StoreOpening {
    const { folder } = this.#settings;
    const warning = secureFolder(folder);
    const opening = this.withReserve(() => {
      const lock = acquireLock(folder, this.#owner);
      try {
        // Another process that had it meanwhile has made another state of what was read.
        if (this.#view?.isUnchanged() === false) throw changed(folder);
        this.#parts = openStore({ ...this.#holding(), lock }, this.#now());
        return this.#parts.opening;
      } catch (error) {
        lock.release();
        throw error;
      }
    });
    this.#wasOpen = true;
    this.#reserve.renew(this.#now());
    return warning === undefined ? opening : { ...opening, warning };
  }

  /** Opens a store that holds something and cannot be written: it is read, or the start waits. */
  #openForReading(refusal: StoreError | TidegateError): StoreOpening {
    const { folder } = this.#settings;
    if (!(refusal instanceof StoreError)) throw refusal;
    try {
      if (!holdsState(folder)) throw refusal;
      this.#view = openReadOnlyStore(folder);
    } catch (error) {
      if (error === refusal) throw error;
      const reason = toStoreError(error, folder);
      if (reason instanceof TidegateError && reason.code !== 'TG_STATE_MISSING') throw reason;
      const text = `${folder} holds state that cannot be taken: ${refusal.message}; ${reason.message}`;
      throw new TidegateError('TG_STATE_FAILED', text, { cause: refusal });
    }
    const { snapshots, batches, journal } = this.#view;
    const lastPosition = Math.max(journal.lastPosition, batches.lastPosition);
    const past = batches.isEmpty ? { pastFrom: journal.pastFrom } : {};
    return {
      streams: snapshots.list(),
      lastPosition,
      ...past,
      refusal: { fault: refusal.fault, message: refusal.message },
    };
  }

  #holding(): Omit<Holding, 'lock'> {
    return { settings: this.#settings, writes: this.#writes, owner: this.#owner };
  }

  repair(): StoreOpening {
    const parts = this.writable;
    this.#damagedBefore += parts.snapshots.damaged;
    parts.journal.close();
    closeQuietly(parts.database);
    this.#parts = undefined;
    this.#parts = repairStore({ ...this.#holding(), lock: parts.lock }, this.#now());
    return this.#parts.opening;
  }

  get readable(): ReadOnlyStore {
    const view = this.#parts ?? this.#view;
    if (view === undefined) throw new StoreError('failed', 'the store is not open');
    return view;
  }

  /** The files are those at the path. @throws as `open` and `returnToPath`; StoreError `failed` where they have only just gone */
  get writable(): OpenStore {
    if (this.#parts === undefined && this.#view !== undefined) this.#openForWriting();
    if (this.#parts === undefined && this.#wasOpen) this.#parts = reopen(this.#holding(), this.#now());
    if (this.#parts === undefined) throw new StoreError('failed', 'the store is not open');
    if (this.#isAstray) this.#parts = this.#returned(this.#parts);
    this.requireInPlace();
    return this.#parts;
  }

  #returned(parts: OpenStore): OpenStore {
    const onClosed = (): void => {
      this.#damagedBefore += parts.snapshots.damaged;
      this.#parts = undefined;
    };
    const holding = { ...this.#holding(), lock: parts.lock };
    const back = returnToPath({ parts, holding, now: this.#now(), acknowledged: this.#acknowledged, onClosed });
    this.#isAstray = false;
    return back;
  }

  /** Durable is what the path leads to: a descriptor of a file that was removed takes everything. @throws StoreError */
  requireInPlace(): void {
    const lost = this.#parts?.anchors.firstLost();
    if (lost === undefined) return;
    this.#isAstray = true;
    throw new StoreError('failed', `${lost} was removed, replaced or unmounted: what is written does not get there`);
  }

  /** A batch up to there is at the path. */
  acknowledge(position: JournalPosition): void {
    this.#acknowledged = position;
  }

  get isInPlace(): boolean {
    return this.#parts !== undefined && !this.#isAstray && this.#parts.anchors.firstLost() === undefined;
  }

  /** Damaged records that were met. */
  get damaged(): number {
    return this.#damagedBefore + ((this.#parts ?? this.#view)?.snapshots.damaged ?? 0);
  }

  /** Runs what may need the last space that there is. */
  withReserve<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if ((toStoreError(error, this.#settings.folder) as StoreError).fault !== 'full') throw error;
      if (!this.#reserve.release()) throw error;
      return work();
    }
  }

  close(): void {
    this.#view?.close();
    this.#view = undefined;
    this.#wasOpen = false;
    const parts = this.#parts;
    if (parts === undefined) return;
    this.#parts = undefined;
    this.#damagedBefore += parts.snapshots.damaged;
    const isAstray = parts.anchors.firstLost() !== undefined;
    try {
      parts.journal.close();
      // SQLite removes its log by name: that may be the name of another state's by now.
      if (isAstray) return;
      parts.database.close();
      parts.meter.afterCheckpoint();
    } finally {
      parts.lock.release();
    }
  }
}

function changed(folder: string): TidegateError {
  return new TidegateError('TG_STATE_RETURNED', `another process has had ${folder} since it was read`);
}
