export type SqlValue = number | bigint | string | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** The part of SQLite that the store needs; all calls return when they are done. Errors are the engine's own. */
export interface Database {
  /** Statements without parameters and without an answer. */
  exec(sql: string): void;
  /** A statement that is used again and again: it is prepared once. */
  run(sql: string, ...values: readonly SqlValue[]): void;
  all(sql: string, ...values: readonly SqlValue[]): SqlRow[];
  close(): void;
}

/** `node`: what Node.js ≥ 22.13 has built in. `wasm`: the WebAssembly build, anywhere. Both write the same files. */
export type Engine = 'node' | 'wasm';

export interface DatabaseOptions {
  readonly engine: Engine;
  readonly readOnly?: boolean;
}

/** Runs `work` as one transaction: all of it is on the medium afterwards, or nothing of it has happened. */
export function transaction<Result>(database: Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // Some faults have rolled back already.
    }
    throw error;
  }
}

/** A column that was written as bytes. In a damaged file it may be anything: then it is empty. */
export function blob(value: SqlValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

export function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // What went wrong before is what counts.
  }
}
