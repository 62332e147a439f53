import { closeSync, fchmodSync, fstatSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { StoreError } from '../../../domain/stateStore.ts';
import { sizeOf } from '../files/durableFile.ts';
import { createFile, giveToOwner, openExisting } from '../files/privateFile.ts';
import { closeQuietly, type Database, type Engine } from './database.ts';
import { openDatabase } from './engine.ts';
import { withReadOnly } from './readOnly.ts';
import { formatInside, formatOf, inspectFile, isOurs, MIGRATIONS, migrate } from './schema.ts';

/** Larger pages make a small change dearer, smaller ones a large snapshot: measured, see the README of test/bench. */
export const PAGE_BYTES = 4096;
/** Checking the structure reads all of the file: a larger one is checked by what is read anyway, and by our own sums. */
const MOST_CHECKED_BYTES = 64 * 1024 * 1024;

/**
 * Opens the store's database for writing, makes it where there is none, brings it to the newest format.
 * The caller holds the folder's lock.
 * @throws StoreError `damaged` where it is not whole; TidegateError TG_STATE_NEWER; the engine's errors as they are
 */
export function openFile(file: string, engine: Engine, migrations: readonly string[] = MIGRATIONS): Database {
  const kind = inspectFile(file, migrations.length);
  // The WebAssembly build's lock outlives a killed process. Our own lock says that no other process is there.
  rmSync(`${file}.lock`, { recursive: true, force: true });
  if (kind === 'foreign') throw foreign(file);
  if (kind === 'newer') refuseNewer(file, migrations.length);
  // An empty one is as good as none. SQLite would make it readable for others.
  if (kind === 'missing') closeSync(createFile(file));
  // Not after SQLite has opened it: to close a file ends the locks that the process has on it.
  else makePrivate(file);
  const database = openDatabase(file, { engine });
  try {
    prepare(database, file);
    if (kind !== 'missing' && kind !== 'empty') check(database, file);
    if (formatOf(database) > migrations.length) throw newer(file);
    migrate(database, migrations);
    makePrivate(`${file}-wal`);
    return database;
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

/** Makes a file private that SQLite or an earlier version has made. */
function makePrivate(file: string): void {
  const handle = openExisting(file, 'read');
  try {
    const { mode, uid } = fstatSync(handle);
    giveToOwner(handle, dirname(file));
    if ((mode & 0o077) !== 0 && [uid, 0].includes(process.geteuid?.() ?? -1)) fchmodSync(handle, 0o600);
  } finally {
    closeSync(handle);
  }
}

function prepare(database: Database, file: string): void {
  database.all(`PRAGMA page_size = ${PAGE_BYTES}`);
  // Before WAL: without shared memory, which the WebAssembly build has not, it works in this mode only.
  database.all('PRAGMA locking_mode = EXCLUSIVE');
  // Before anything is changed in it.
  if (!isOurs(database)) throw foreign(file);
  const mode = database.all('PRAGMA journal_mode = WAL')[0]?.['journal_mode'];
  if (mode !== 'wal') throw new StoreError('failed', `SQLite's journal mode is ${mode} instead of wal`);
  database.all('PRAGMA synchronous = FULL');
  database.all('PRAGMA wal_autocheckpoint = 0');
  database.all('PRAGMA temp_store = MEMORY');
  database.all('PRAGMA cell_size_check = ON');
}

function check(database: Database, file: string): void {
  const isChecked = (sizeOf(file) ?? 0) <= MOST_CHECKED_BYTES;
  const answer = isChecked ? String(database.all('PRAGMA quick_check(1)')[0]?.['quick_check']) : 'ok';
  if (answer !== 'ok') throw new StoreError('damaged', `${file}: ${answer}`);
}

/** Where only the header says so, it is the header that is damaged. */
function refuseNewer(file: string, known: number): void {
  let inside: number;
  try {
    inside = withReadOnly(file, formatInside);
  } catch {
    throw newer(file);
  }
  if (inside >= 1 && inside <= known) throw new StoreError('damaged', `${file}: its header contradicts its contents`);
  throw newer(file);
}

function foreign(file: string): StoreError {
  return new StoreError('damaged', `${file} is not a state file of tidegate, or not any more`);
}

function newer(file: string): TidegateError {
  return new TidegateError('TG_STATE_NEWER', `${file} was written by a newer version of tidegate; it was not touched`);
}
