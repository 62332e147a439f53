import { closeSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { StoreError, type StoreFault } from '../../../domain/stateStore.ts';
import { createFile, draftOf } from './privateFile.ts';

/** Fault by the number that an engine gives: primary result codes of SQLite. */
const FAULT_OF_CODE: Readonly<Record<number, StoreFault>> = {
  8: 'read-only',
  11: 'damaged',
  13: 'full',
  14: 'read-only',
  26: 'damaged',
};
const IO_ERROR = 10;
const BUSY = 5;
const IO_ERROR_READ = 266;
const IO_ERROR_SHORT_READ = 522;

const CORRUPT = 11;
/** SQLITE_ERROR: says nothing by itself. */
const ANY_ERROR = 1;
/** A damaged header that names a later format, or an encoding of texts that is none: SQLite has no number of its own for it. */
const DAMAGED_HEADER = /unsupported file format|must use the same text encoding/i;

/** The WebAssembly build has no numbers, only SQLite's fixed sentences. */
const CODE_OF_TEXT: readonly (readonly [RegExp, number])[] = [
  [/database or disk is full/i, 13],
  [/readonly database/i, 8],
  [/unable to open database|could not open the database/i, 14],
  [/malformed/i, CORRUPT],
  [DAMAGED_HEADER, CORRUPT],
  [/not a database/i, 26],
  [/disk i\/o error/i, IO_ERROR],
  [/database is locked/i, BUSY],
];

const FAULT_OF_ERRNO: Readonly<Record<string, StoreFault>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
};

/** Whatever was thrown while the store worked in `folder`, as the error that the port promises. */
export function toStoreError(error: unknown, folder: string): StoreError | TidegateError {
  if (error instanceof StoreError || error instanceof TidegateError) return error;
  const { message, code } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException;
  const sqlite = sqliteCodeOf(error);
  if (sqlite !== undefined && (sqlite & 0xff) === BUSY) {
    return new TidegateError('TG_STATE_LOCKED', `${folder}: another process has its database open`, { cause: error });
  }
  const fault = sqlite === undefined ? FAULT_OF_ERRNO[code ?? ''] : faultOfSqlite(sqlite, folder);
  return new StoreError(fault ?? 'failed', `${folder}: ${message}`, { cause: error });
}

function faultOfSqlite(code: number, folder: string): StoreFault | undefined {
  if (code === IO_ERROR_READ || code === IO_ERROR_SHORT_READ) return 'damaged';
  if ((code & 0xff) === IO_ERROR) return probe(folder);
  return FAULT_OF_CODE[code & 0xff];
}

/** Result code of SQLite, with its extension where the engine tells it; undefined for errors that are not SQLite's. */
function sqliteCodeOf(error: unknown): number | undefined {
  const { name, code, errcode, message } = error as Error & { code?: string; errcode?: number };
  if (code === 'ERR_SQLITE_ERROR') return errcode === ANY_ERROR && DAMAGED_HEADER.test(message) ? CORRUPT : errcode;
  if (name !== 'SQLite3Error') return undefined;
  return CODE_OF_TEXT.find(([text]) => text.test(message))?.[1];
}

/**
 * Tells if an error while opening means that the file is damaged. A file that cannot be read to its end, on a medium
 * that can be written, is one with bad blocks.
 */
export function isDamage(error: unknown, folder: string): boolean {
  const explained = toStoreError(error, folder);
  if (!(explained instanceof StoreError)) return false;
  if (explained.fault === 'damaged') return true;
  return explained.fault === 'failed' && ((sqliteCodeOf(error) ?? 0) & 0xff) === IO_ERROR;
}

const PROBE_BYTES = 65_536;

/** "Disk I/O error" is all that SQLite says where a write ended early: asks the file system itself what is wrong. */
function probe(folder: string): StoreFault | undefined {
  const file = draftOf(join(folder, 'probe'));
  try {
    const handle = createFile(file);
    try {
      if (writeSync(handle, new Uint8Array(PROBE_BYTES)) < PROBE_BYTES) return 'full';
    } finally {
      closeSync(handle);
      rmSync(file, { force: true });
    }
    return undefined;
  } catch (error) {
    return FAULT_OF_ERRNO[(error as NodeJS.ErrnoException).code ?? ''];
  }
}
