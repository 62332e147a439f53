import { openNodeSqlite } from './nodeSqlite.ts';
import { openWasmSqlite } from './wasmSqlite.ts';

export type SqlValue = number | bigint | string | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** As much of SQLite as the store needs; all calls return when they are done. Errors are the engine's own. */
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

/** @returns the engine that this runtime is best served with */
export function bestEngine(): Engine {
  return hasNodeSqlite() ? 'node' : 'wasm';
}

export function hasNodeSqlite(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 13);
}

export function openDatabase(file: string, { engine, readOnly = false }: DatabaseOptions): Database {
  return engine === 'node' ? openNodeSqlite(file, readOnly) : openWasmSqlite(file, readOnly);
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
