import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sizeOf } from '../files/durableFile.ts';
import { closeQuietly, type Database } from './database.ts';
import { openDatabase } from './engine.ts';

/** Where a link and a copy of a write-ahead log find room, also where a disk is full or read-only. */
const PLACES = [tmpdir(), '/dev/shm', '/run'];

/**
 * Opens a file that has to stay as it is, with all that is beside it: SQLite would lock it, and make and remove a
 * write-ahead log of its own. It gets a link to the file and a copy of the log, in a private folder that is removed as
 * soon as both are open. Only the WebAssembly build keeps to the name of the link.
 */
export function openReadOnly(file: string): Database {
  return openThrough(file, makeFolder(PLACES));
}

function openThrough(file: string, folder: string): Database {
  try {
    const link = join(folder, 'state.sqlite');
    symlinkSync(resolve(file), link);
    if ((sizeOf(`${file}-wal`) ?? 0) > 0) copyFileSync(`${file}-wal`, `${link}-wal`);
    const database = openDatabase(link, { engine: 'wasm', readOnly: true });
    try {
      // It opens both with the first look.
      database.all('PRAGMA schema_version');
      return database;
    } catch (error) {
      closeQuietly(database);
      throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens with `openReadOnly` for one look, for a process that may write beside the file, where there is no other place. */
export function withReadOnly<Result>(file: string, look: (database: Database) => Result): Result {
  const database = openThrough(file, makeFolder([...PLACES, dirname(file)]));
  try {
    return look(database);
  } finally {
    closeQuietly(database);
  }
}

function makeFolder(places: readonly string[]): string {
  let failure: unknown;
  for (const place of places) {
    try {
      return mkdtempSync(join(place, 'tidegate-'));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
