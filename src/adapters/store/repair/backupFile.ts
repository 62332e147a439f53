import { closeSync, renameSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { type StoredSnapshot, StoreError } from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { sizeOf, syncFile, syncFolder } from '../files/durableFile.ts';
import { createFile, createForeign, draftOf, placeNew, statOf } from '../files/privateFile.ts';
import { toStoreError } from '../files/storeFault.ts';
import type { WriteMeter } from '../files/writeMeter.ts';
import { BatchTable } from '../segments/batchTable.ts';
import { SnapshotTable } from '../snapshots/snapshotTable.ts';
import { closeQuietly, type Engine } from '../sqlite/database.ts';
import { openDatabase } from '../sqlite/engine.ts';
import { readOwner, readTrimmed, writeOwner, writeTrimmed } from '../sqlite/meta.ts';
import { PAGE_BYTES } from '../sqlite/openFile.ts';
import { withReadOnly } from '../sqlite/readOnly.ts';
import { inspectFile, migrate } from '../sqlite/schema.ts';
import type { ReadOnlyStore } from './readOnlyStore.ts';
import { removeFile } from './recovery.ts';

export interface BackupTarget {
  readonly to: string;
  /** `replaced`: what is there is an older one of ours. `refused`: what is there is left alone. */
  readonly existing: 'replaced' | 'refused';
  readonly engine: Engine;
  readonly writes: WriteMeter;
}

/**
 * Copies what a start needs, the two newest snapshots of each stream and the journal without its past, into one file, which is there as a whole or as it was before.
 * @throws TidegateError TG_OUTPUT_FAILED where a file that is to be left alone is there
 */
export function writeBackup(parts: ReadOnlyStore, target: BackupTarget): void {
  const { to, existing, engine, writes } = target;
  if (existing === 'refused' && statOf(to) !== undefined) throw exists(to);
  const draft = draftOf(to);
  try {
    refuseFullDisk(parts, dirname(to));
    // Empty: SQLite fills it.
    closeSync(existing === 'replaced' ? createFile(draft) : createForeign(draft));
    copyInto(parts, draft, engine);
    syncFile(draft);
    writes.write(0, sizeOf(draft) ?? 0);
    writes.flushFile();
    writes.flushFile();
    if (existing === 'replaced') renameSync(draft, to);
    else placeNew(draft, to);
    syncFolder(dirname(to));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(to);
    // While the draft still takes the space that it found.
    throw toStoreError(error, dirname(to));
  } finally {
    removeFile(draft);
  }
}

function exists(file: string): TidegateError {
  return new TidegateError('TG_OUTPUT_FAILED', `${file}: exists already; it is left alone`);
}

/** Snapshot in the backup of a stream whose snapshots here are damaged. A backup that cannot be read has none. */
export function loadFromBackup(file: string, stream: StreamId, below: number): StoredSnapshot | undefined {
  if (inspectFile(file) !== 'ours') return undefined;
  try {
    return withReadOnly(file, (database) => new SnapshotTable(database).load(stream, below));
  } catch {
    return undefined;
  }
}

/** Before it is filled: the engine would only say that it could not write. */
function refuseFullDisk({ snapshots }: Pick<ReadOnlyStore, 'snapshots'>, folder: string): void {
  const sizes = snapshots.list().flatMap(({ generations }) => generations.slice(0, COPIED).map(({ bytes }) => bytes));
  const needed = sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / PAGE_BYTES + 1) * PAGE_BYTES, 0);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= needed) return;
  throw new StoreError('full', `${folder}: a backup of ${needed} bytes does not fit: ${bavail * bsize} are free`);
}

/** Snapshots of each stream in a backup. */
const COPIED = 2;

function copyInto({ database, snapshots, batches, journal }: ReadOnlyStore, draft: string, engine: Engine): void {
  const copy = openDatabase(draft, { engine });
  try {
    copy.all(`PRAGMA page_size = ${PAGE_BYTES}`);
    copy.all('PRAGMA journal_mode = OFF');
    copy.all('PRAGMA synchronous = OFF');
    migrate(copy);
    snapshots.copyNewest(COPIED, copy);
    const table = new BatchTable(copy);
    for (const records of batches.read()) table.put(records);
    for (const records of journal.read()) table.put(records);
    writeTrimmed(copy, readTrimmed(database));
    writeOwner(copy, readOwner(database) ?? '');
  } finally {
    closeQuietly(copy);
  }
}
