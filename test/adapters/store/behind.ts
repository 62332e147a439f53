import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { Database, Engine } from '../../../src/adapters/store/sqlite/database.ts';
import { openDatabase } from '../../../src/adapters/store/sqlite/engine.ts';

/** Opens a file that the store has closed, behind its back. */
export function behind<Result>(file: string, engine: Engine, work: (database: Database) => Result): Result {
  const database = openDatabase(file, { engine });
  try {
    database.all('PRAGMA locking_mode = EXCLUSIVE');
    return work(database);
  } finally {
    database.close();
  }
}

/** Turns one bit, or writes bytes, in the middle of a file. */
export function flipBit(file: string, place: number, bit = 0): void {
  const handle = openSync(file, 'r+');
  const byte = new Uint8Array(1);
  readSync(handle, byte, 0, 1, place);
  byte[0] = (byte[0] as number) ^ (1 << bit);
  writeSync(handle, byte, 0, 1, place);
  closeSync(handle);
}

export function overwrite(file: string, place: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, place);
  closeSync(handle);
}

/** Where bytes lie in a file. */
export function placeOf(file: string, bytes: Uint8Array): number {
  const place = readFileSync(file).indexOf(bytes);
  if (place < 0) throw new Error(`${file} does not hold the bytes looked for`);
  return place;
}
