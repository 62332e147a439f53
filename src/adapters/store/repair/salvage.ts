import { decodeBatch } from '../segments/batchRecord.ts';
import { BatchTable } from '../segments/batchTable.ts';
import { decodeSnapshotHead, isBodyOf } from '../snapshots/snapshotRecord.ts';
import { SnapshotTable } from '../snapshots/snapshotTable.ts';
import { blob, type Database, type SqlRow } from '../sqlite/database.ts';
import { readTrimmed, writeTrimmed } from '../sqlite/meta.ts';

/** Number of rows in a row that are missing or cannot be read, after which no others are expected between the two ends. */
const MOST_MISSES = 1000;

/**
 * Copies what is whole from a file, damaged or not, into a new one that others may have been copied into. What is thrown
 * comes from the new one.
 * @returns how many snapshots were taken over
 */
export function salvage(from: Database, into: Database): number {
  const target = new SnapshotTable(into);
  let taken = 0;
  for (const row of readableRows(from, 'snapshot', 'id')) if (adopt(row, target)) taken++;
  const batches = new BatchTable(into);
  for (const { record } of readableRows(from, 'batch', 'first')) {
    const batch = decodeBatch(blob(record), 0);
    if (typeof batch !== 'string') batches.put([batch]);
  }
  const trimmed = tryTrimmed(from);
  const known = readTrimmed(into);
  // Of several files the least counts: what is read too much does no harm.
  if (trimmed > 0 && (known === 0 || trimmed < known)) writeTrimmed(into, trimmed);
  return taken;
}

function tryTrimmed(database: Database): number {
  try {
    return readTrimmed(database);
  } catch {
    return 0;
  }
}

function adopt({ head: bytes, body }: SqlRow, target: SnapshotTable): boolean {
  const head = decodeSnapshotHead(blob(bytes));
  if (typeof head === 'string' || !isBodyOf(head, blob(body))) return false;
  const { stream, generation, position, savedAt } = head;
  return target.adopt({ stream, generation, position, bytes: blob(body) }, savedAt);
}

/** Forward to the first row that cannot be read, backward to the last one, and between them by number. */
function* readableRows(database: Database, table: string, key: string): Generator<SqlRow> {
  const select = (condition: string): string => `SELECT * FROM ${table} WHERE ${key} ${condition}`;
  let low = 0;
  for (;;) {
    const row = tryRow(database, select(`> ? ORDER BY ${key} LIMIT 1`), low);
    if (row === 'end') return;
    // A damaged tree may lead round in circles.
    if (row === 'unreadable' || !(Number(row[key]) > low)) break;
    low = Number(row[key]);
    yield row;
  }
  let high = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const row = tryRow(database, select(`< ? ORDER BY ${key} DESC LIMIT 1`), high);
    if (row === 'unreadable') break;
    if (row === 'end' || Number(row[key]) <= low) return;
    if (!(Number(row[key]) < high)) break;
    high = Number(row[key]);
    yield row;
  }
  for (let id = low + 1, misses = 0; id < high && misses < MOST_MISSES; id++, misses++) {
    const row = tryRow(database, select('= ?'), id);
    if (typeof row === 'string') continue;
    misses = 0;
    yield row;
  }
}

function tryRow(database: Database, sql: string, value: number): SqlRow | 'end' | 'unreadable' {
  try {
    return database.all(sql, value)[0] ?? 'end';
  } catch {
    return 'unreadable';
  }
}
