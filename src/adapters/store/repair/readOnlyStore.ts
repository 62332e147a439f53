import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { StoreError } from '../../../domain/stateStore.ts';
import { refuseLocked } from '../files/instanceLock.ts';
import { statePathsIn } from '../files/statePaths.ts';
import { toStoreError } from '../files/storeFault.ts';
import { WriteMeter } from '../files/writeMeter.ts';
import { BatchTable } from '../segments/batchTable.ts';
import { JournalFiles } from '../segments/journalFiles.ts';
import { SnapshotTable } from '../snapshots/snapshotTable.ts';
import { closeQuietly, type Database } from '../sqlite/database.ts';
import { readPast, readTrimmed } from '../sqlite/meta.ts';
import { openReadOnly } from '../sqlite/readOnly.ts';
import { inspectFile } from '../sqlite/schema.ts';

/** A store that is looked at and stays as it is. */
export interface ReadOnlyStore {
  readonly database: Database;
  readonly snapshots: SnapshotTable;
  readonly batches: BatchTable;
  readonly journal: JournalFiles;
}

export interface OpenReadOnlyStore extends ReadOnlyStore {
  /** Tells if the files are as they were when it was opened: no other process has had the store meanwhile. */
  isUnchanged(): boolean;
  close(): void;
}

/**
 * Looks at the store in a folder, where no process is using it. Nothing is written, made or removed in the folder.
 * @throws TidegateError TG_STATE_MISSING, TG_STATE_LOCKED, TG_STATE_NEWER; StoreError, `damaged` where it cannot be read
 */
export function withReadOnlyStore<Result>(folder: string, look: (view: ReadOnlyStore) => Result): Result {
  try {
    const view = openReadOnlyStore(folder);
    try {
      const result = look(view);
      if (view.isUnchanged()) return result;
    } finally {
      view.close();
    }
    refuseLocked(folder);
    throw new TidegateError('TG_STATE_LOCKED', `the state folder ${folder} is in use: it changed while it was read`);
  } catch (error) {
    throw toStoreError(error, folder);
  }
}

/** Opens the store for `withReadOnlyStore`, until it is closed. Errors of the file system and the engine pass through. */
export function openReadOnlyStore(folder: string): OpenReadOnlyStore {
  const { main } = statePathsIn(folder);
  const kind = inspectFile(main);
  if (kind === 'missing' || kind === 'empty') {
    throw new TidegateError('TG_STATE_MISSING', `there is no state in ${folder}`);
  }
  if (kind === 'newer') throw new TidegateError('TG_STATE_NEWER', `${main} was written by a newer version`);
  if (kind === 'foreign') throw new StoreError('damaged', `${main} is not a state file of tidegate, or not any more`);
  // It cannot be taken: that is a way of writing. Who takes it meanwhile gives himself away by what he changes.
  refuseLocked(folder);
  const before = stampOf(folder);
  const database = openReadOnly(main);
  try {
    const snapshots = new SnapshotTable(database);
    const batches = new BatchTable(database);
    // It appends nothing: the size of a segment does not matter.
    const places = { trimmed: readTrimmed(database), past: readPast(database) };
    const options = { ...places, segmentBytes: 0, writes: new WriteMeter(), anchors: undefined };
    const journal = new JournalFiles(folder, options);
    return {
      database,
      snapshots,
      batches,
      journal,
      isUnchanged: () => stampOf(folder) === before,
      close() {
        journal.close();
        closeQuietly(database);
      },
    };
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

const KEPT = /^(state\.sqlite(-wal)?|journal\.\d{1,9})$/;

/** Which files the store consists of, how long they are and when they were written. */
function stampOf(folder: string): string {
  const names = readdirSync(folder).filter((name) => KEPT.test(name));
  const lines = names.sort().map((name) => {
    const { dev, ino, size, mtimeNs } = lstatSync(join(folder, name), { bigint: true });
    return `${name} ${dev} ${ino} ${size} ${mtimeNs}`;
  });
  return lines.join('\n');
}
