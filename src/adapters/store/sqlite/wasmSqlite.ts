import { createRequire } from 'node:module';
import type * as Sqlite from 'node-sqlite3-wasm';
import type { Database, SqlRow, SqlValue } from './database.ts';

export function openWasmSqlite(file: string, readOnly: boolean): Database {
  // Only where it is used: its module compiles 1.3 MB as soon as it is loaded.
  const { Database: WasmDatabase } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof Sqlite;
  const database = new WasmDatabase(file, { readOnly, fileMustExist: readOnly });
  // It has no shared memory: only a reader that is alone can read a write-ahead log.
  if (readOnly) database.all('PRAGMA locking_mode = EXCLUSIVE');
  return new WebAssemblyDatabase(database);
}

class WebAssemblyDatabase implements Database {
  readonly #database: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();

  constructor(database: Sqlite.Database) {
    this.#database = database;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#use(sql, (statement) => statement.run([...values]));
  }

  all(sql: string, ...values: readonly SqlValue[]): SqlRow[] {
    return this.#use(sql, (statement) => statement.all([...values]) as SqlRow[]);
  }

  close(): void {
    for (const sql of [...this.#statements.keys()]) this.#drop(sql);
    this.#database.close();
  }

  /** The prepared statement of a text is kept: the map grows to as many as the code has texts. */
  #use<Result>(sql: string, work: (statement: Sqlite.Statement) => Result): Result {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    try {
      return work(statement);
    } catch (error) {
      // One that has failed answers its next call with the old error.
      this.#drop(sql);
      throw error;
    }
  }

  #drop(sql: string): void {
    const statement = this.#statements.get(sql);
    this.#statements.delete(sql);
    try {
      statement?.finalize();
    } catch {
      // It repeats the error that it failed with.
    }
  }
}
