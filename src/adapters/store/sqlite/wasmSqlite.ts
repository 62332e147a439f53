import type * as Sqlite from 'node-sqlite3-wasm';
import type { Database, SqlRow, SqlValue } from './database.ts';

/**
 * Work of a function, in bytes that it runs through, after which V8 compiles it a second time and optimises: the default by V8's version. It
 * is noted in a module when that is made. Of another version no default is known that could be set again.
 */
export const TIERING_BUDGETS: Readonly<Record<string, number>> = { '11.3': 1_800_000, '12.4': 13_000_000 };
const NO_TIERING = 2_147_483_647;

export function openWasmSqlite(file: string, readOnly: boolean): Database {
  const { Database: WasmDatabase } = load();
  const database = new WasmDatabase(file, { readOnly, fileMustExist: readOnly });
  // It has no shared memory: only a reader that is alone can read a write-ahead log.
  if (readOnly) database.all('PRAGMA locking_mode = EXCLUSIVE');
  return new WebAssemblyDatabase(database);
}

/**
 * Loads the module where it is used: that alone compiles 1.3 MB. SQLite's interpreter is a single function, for which the optimising
 * compiler takes 40 MB that the process does not get rid of again. A module that another thread makes in the same milliseconds is
 * optimised later, no more.
 */
function load(): typeof Sqlite {
  const [version = ''] = /^\d+\.\d+/.exec(process.versions.v8) ?? [];
  const budget = TIERING_BUDGETS[version];
  if (budget !== undefined) setTieringBudget(NO_TIERING);
  try {
    return process.getBuiltinModule('node:module').createRequire(import.meta.url)('node-sqlite3-wasm') as typeof Sqlite;
  } finally {
    if (budget !== undefined) setTieringBudget(budget);
  }
}

function setTieringBudget(bytes: number): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(`--wasm-tiering-budget=${bytes}`);
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
