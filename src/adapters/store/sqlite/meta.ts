import { crc32 } from 'node:zlib';
import { type Database, transaction } from './database.ts';

const PUT = 'INSERT OR REPLACE INTO meta VALUES (?, ?)';
const GET = 'SELECT value FROM meta WHERE key = ?';
const TRIMMED = 'trimmed';
const PAST = 'past';
const OWNER = 'owner';
const VALUE_BYTES = 12;

/** Up to where a start has no need of the journal; 0 where that is not known (any more): then too much is read, never too little. */
export function readTrimmed(database: Database): number {
  return readPosition(database, TRIMMED);
}

/** Up to where the journal was forgotten, its past too. */
export function readPast(database: Database): number {
  return readPosition(database, PAST) || readTrimmed(database);
}

function readPosition(database: Database, key: string): number {
  const value = database.all(GET, key)[0]?.['value'];
  if (!(value instanceof Uint8Array) || value.length !== VALUE_BYTES) return 0;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (view.getUint32(8, true) !== crc32(value.subarray(0, 8))) return 0;
  return Number(view.getBigUint64(0, true));
}

/** @param past where the past of the journal begins. Default: there is none */
export function writeTrimmed(database: Database, position: number, past: number = position): void {
  transaction(database, () => {
    database.run(PUT, TRIMMED, encodePosition(position));
    database.run(PUT, PAST, encodePosition(past));
  });
}

function encodePosition(position: number): Uint8Array {
  const value = new Uint8Array(VALUE_BYTES);
  const view = new DataView(value.buffer);
  view.setBigUint64(0, BigInt(position), true);
  view.setUint32(8, crc32(value.subarray(0, 8)), true);
  return value;
}

/** The store that opened the file last for writing: each has another name. */
export function readOwner(database: Database): string | undefined {
  const value = database.all(GET, OWNER)[0]?.['value'];
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** Where there is no room for it the file is none that would be known again. */
export function writeOwner(database: Database, owner: string): void {
  try {
    transaction(database, () => database.run(PUT, OWNER, new TextEncoder().encode(owner)));
  } catch {
    // It bears the name of the store before.
  }
}
