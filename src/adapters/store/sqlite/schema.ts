import { closeSync, openSync, readSync } from 'node:fs';
import { type Database, transaction } from './database.ts';

/** "TGst": tells our files from other programs'. */
const APPLICATION_ID = 0x54477374;

/**
 * Steps from each format of the file to the next; the first makes an empty file ours. The number of steps is the format
 * that this version writes. A step may only be added: old files are still about.
 *
 * Format 1: `snapshot` has one row per generation, head and body as in snapshotRecord.ts; an empty body may be NULL. `batch` holds journal batches
 * only in a backup: those of the running store are in segments of their own (journalFiles.ts). `meta` says the format once
 * more, so that a damaged header is not taken for a newer version.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE snapshot (id INTEGER PRIMARY KEY, head BLOB NOT NULL, body BLOB);
   CREATE TABLE batch (first INTEGER PRIMARY KEY, record BLOB NOT NULL);
   CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
   PRAGMA application_id = ${APPLICATION_ID};`,
];

/** Versions beyond this are a damaged header. */
const MOST_FORMATS = 10_000;
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

/**
 * Kind of a file by its first bytes. `blank`: SQLite's, but nothing was made in it yet, or that is still in its
 * write-ahead log.
 */
export type FileKind = 'missing' | 'empty' | 'blank' | 'ours' | 'newer' | 'foreign';

/** Reads the header alone: opening a file may already change it. */
export function inspectFile(file: string, known: number = MIGRATIONS.length): FileKind {
  const header = readHeader(file);
  if (header === undefined) return 'missing';
  if (header.length === 0) return 'empty';
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'foreign';
  const application = header.readUInt32BE(68);
  const format = header.readUInt32BE(60);
  if (application === 0 && format === 0) return 'blank';
  if (application !== APPLICATION_ID || format < 1 || format > MOST_FORMATS) return 'foreign';
  return format > known ? 'newer' : 'ours';
}

function readHeader(file: string): Buffer | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(handle, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(handle);
  }
}

/** Brings an open file to the newest format, one step after the other, each with all it does or not at all. */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  const format = formatOf(database);
  for (let step = format; step < migrations.length; step++) {
    transaction(database, () => {
      database.exec(migrations[step]);
      database.exec(`INSERT OR REPLACE INTO meta VALUES ('format', '${step + 1}'); PRAGMA user_version = ${step + 1}`);
    });
  }
  // Into the file itself, where an older version looks before it opens anything.
  if (format < migrations.length) database.all('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** @returns true where the open file is ours, or has no owner yet */
export function isOurs(database: Database): boolean {
  const application = Number(database.all('PRAGMA application_id')[0]?.['application_id']);
  if (application !== 0) return application === APPLICATION_ID;
  return database.all('SELECT name FROM sqlite_schema LIMIT 1').length === 0;
}

export function formatOf(database: Database): number {
  return Number(database.all('PRAGMA user_version')[0]?.['user_version']);
}

/** The format as the file's contents tell it, beside its header. */
export function formatInside(database: Database): number {
  return Number(database.all("SELECT value FROM meta WHERE key = 'format'")[0]?.['value']);
}
