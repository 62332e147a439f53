import { rmSync } from 'node:fs';
import { closeQuietly, type Database, type Engine, openDatabase } from './database.ts';
import { sizeOf } from './durableFile.ts';

/** What SQLite makes beside a file to read it, and leaves there. */
const MADE_BY_READERS = ['-wal', '-shm'];

/** For a look at a file that must stay as it is. */
export function withReadOnly<Result>(file: string, engine: Engine, look: (database: Database) => Result): Result {
  const missing = MADE_BY_READERS.filter((companion) => sizeOf(file + companion) === undefined);
  const database = openDatabase(file, { engine, readOnly: true });
  try {
    return look(database);
  } finally {
    closeQuietly(database);
    for (const companion of missing) rmSync(file + companion, { force: true });
  }
}
