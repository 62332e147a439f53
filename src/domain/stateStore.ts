import type { StreamId } from './streamId.ts';

/** A place in the journal: the number of an entry, counted from 1. 0 = before the first. An integer below 2^53. */
export type JournalPosition = number;

/** Entries of one commit. The store does not look into `bytes`. */
export interface JournalBatch {
  /** Position of its first entry. */
  readonly first: JournalPosition;
  /** Position of its last entry; ≥ first. */
  readonly last: JournalPosition;
  readonly bytes: Uint8Array;
}

/** The whole state of one stream at one moment. */
export interface StreamSnapshot {
  readonly stream: StreamId;
  /** The last journal entry that the state includes. */
  readonly position: JournalPosition;
  readonly bytes: Uint8Array;
}

/** A snapshot that is to be stored. */
export interface NewSnapshot extends StreamSnapshot {
  /** Positions of the stream's snapshots that stay beside it, fewer than `MOST_GENERATIONS`; the others go. Default: that of the newest. */
  readonly keep?: readonly JournalPosition[] | undefined;
}

/** Most snapshots that a store keeps of a stream. */
export const MOST_GENERATIONS = 16;

/** Extent of what was read of the journal. */
export interface JournalExtent {
  /** Number of batches that were left out. */
  readonly damaged: number;
  /** Entries from here on are there, and were read as far as they were asked for; but for what is damaged. */
  readonly from: JournalPosition;
}

/** A part of the journal that a start has no need of, and that is kept all the same. */
export interface PastJournal {
  /** Entries from here on are wanted. */
  readonly from: JournalPosition;
  /** Most bytes that it may have, in whole files of the journal: the oldest go. */
  readonly mostBytes: number;
}

/** A snapshot as it was stored. */
export interface StoredSnapshot extends StreamSnapshot {
  /** Counts up with each snapshot of the stream. */
  readonly generation: number;
}

/** Knowledge of the store about a snapshot, without reading it. */
export interface StoredGeneration {
  readonly generation: number;
  readonly position: JournalPosition;
  readonly bytes: number;
  /** When it was written, ms since the epoch. */
  readonly savedAt: number;
}

/** Knowledge of the store about a stream, without reading its snapshots. */
export interface StoredStream {
  readonly stream: StreamId;
  /** Generations that are kept, newest first; at least one. */
  readonly generations: readonly StoredGeneration[];
  /** When the newest was written, ms since the epoch. */
  readonly savedAt: number;
}

/** State of a store when it was opened. */
export interface StoreOpening {
  readonly streams: readonly StoredStream[];
  /** Position of the last journal entry; 0 where there is none. Positions go on from the larger of this and all snapshots'. */
  readonly lastPosition: JournalPosition;
  /** First entry of the journal, with its past: all later ones are there, but for what is damaged. Default: the first that is read. */
  readonly pastFrom?: JournalPosition;
  /** Where the file was damaged: the name it was moved to. */
  readonly movedAside?: string;
  /** Where it was damaged: how many snapshots of it were whole and were kept. */
  readonly salvaged?: number;
  /** Where it was damaged and a backup had what it had not any more: when that was made, ms since the epoch. */
  readonly backupOf?: number;
  /** When the last backup was made, ms since the epoch; undefined: there is none. */
  readonly backedUpAt?: number;
  /** Where the medium takes nothing now: why. All that is on it can be read; each request that writes tries it again. */
  readonly refusal?: { readonly fault: StoreFault; readonly message: string };
  /** Warning for the operator about the place where the store lies. */
  readonly warning?: string;
}

/** Bytes and flushes since the store was opened, as far as the store itself causes them. */
export interface StoreTraffic {
  /** Bytes that the medium has to bear, as far as can be told from here: whole blocks, with the file system's own. */
  readonly bytesWritten: number;
  /** Bytes of these for batches of the journal. */
  readonly journalBytes: number;
  /** Flushes of the medium, with those that the file system adds to an fsync. */
  readonly flushes: number;
  /** Snapshots that were met and are not what was written; the journal's are told by `readJournal`. */
  readonly damaged: number;
}

/**
 * `full`: no space left. `read-only`: the medium or folder cannot be written. `damaged`: what was read cannot be trusted.
 * `failed`: anything else that the operating system or the library says.
 */
export type StoreFault = 'full' | 'read-only' | 'damaged' | 'failed';

/** A store could not do what it was asked. Nothing of the request has taken effect; it may be repeated. */
export class StoreError extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.fault = fault;
  }
}

/**
 * Port: what survives a power cut. Every promise that resolves says that its effect is on the medium; each request is one
 * transaction; requests take effect in the order in which they were made. All rejections are StoreErrors, but for a
 * TidegateError TG_STATE_RETURNED where another state lies in the place of this one: nothing is written over it.
 */
export interface StateStore {
  /**
   * Before all else; once more where it was rejected.
   * @throws StoreError where nothing was ever stored, and nothing can be. TidegateError TG_STATE_FAILED where something is stored
   * and cannot be taken, TG_STATE_LOCKED where another process has it, TG_STATE_NEWER where a later version wrote it,
   * TG_STATE_UNSAFE where other users could replace it
   */
  open(): Promise<StoreOpening>;
  /**
   * After a rejection with `damaged`: moves the file aside and goes on with all that is whole in it, in the backup and in the
   * journal.
   */
  repair(): Promise<StoreOpening>;
  /**
   * Appends a batch, whose `first` is larger than the last entry so far. The newest batch once more, as it was: nothing happens.
   * The caller keeps the bytes, so that it can repeat what was rejected.
   */
  append(batch: JournalBatch): Promise<void>;
  /**
   * Batches in order; those that are damaged are left out and counted in the answer.
   * @param from batches that end before it are left out, and its past is read where it lies there; 1: all that there is. Default: what was not trimmed
   */
  readJournal(take: (batch: JournalBatch) => void, from?: JournalPosition): Promise<JournalExtent>;
  /**
   * Forgets the batches whose last entry is before `position`, or makes them the past of the journal.
   * @param past that is kept. Default: none
   * @returns the first entry of the journal with its past: later ones are there
   */
  trim(position: JournalPosition, past?: PastJournal): Promise<JournalPosition>;
  /** Stores snapshots, each in the place of one that does not stay. */
  save(snapshots: readonly NewSnapshot[]): Promise<void>;
  /**
   * The newest generation that is whole, or the newest one before `below`.
   * @returns undefined where there is none (any more)
   */
  load(stream: StreamId, below?: number): Promise<StoredSnapshot | undefined>;
  /** Forgets a stream. */
  remove(stream: StreamId): Promise<void>;
  list(): Promise<readonly StoredStream[]>;
  /** Copies everything to the backup file beside the store's. */
  backup(): Promise<void>;
  traffic(): StoreTraffic;
  /** After all requests made so far. Idempotent. */
  close(): Promise<void>;
}
