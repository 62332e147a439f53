import { crc32 } from 'node:zlib';
import { type Database, transaction } from './database.ts';

const PUT = 'INSERT OR REPLACE INTO meta VALUES (?, ?)';
const GET = 'SELECT value FROM meta WHERE key = ?';
const TRIMMED = 'trimmed';
const LIFE = 'life';
const VALUE_BYTES = 12;

/** Up to where the journal was forgotten; 0 where that is not known (any more): then too much is read, never too little. */
export function readTrimmed(database: Database): number {
  const value = database.all(GET, TRIMMED)[0]?.['value'];
  if (!(value instanceof Uint8Array) || value.length !== VALUE_BYTES) return 0;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (view.getUint32(8, true) !== crc32(value.subarray(0, 8))) return 0;
  return Number(view.getBigUint64(0, true));
}

export function writeTrimmed(database: Database, position: number): void {
  const value = new Uint8Array(VALUE_BYTES);
  const view = new DataView(value.buffer);
  view.setBigUint64(0, BigInt(position), true);
  view.setUint32(8, crc32(value.subarray(0, 8)), true);
  transaction(database, () => database.run(PUT, TRIMMED, value));
}

/** The name of the opening that wrote the file last: each process that opens it for writing gives it another one. */
export function readLife(database: Database): string | undefined {
  const value = database.all(GET, LIFE)[0]?.['value'];
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

export function writeLife(database: Database, life: string): void {
  transaction(database, () => database.run(PUT, LIFE, new TextEncoder().encode(life)));
}
