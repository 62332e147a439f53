import type { Database, DatabaseOptions, Engine } from './database.ts';
import { openNodeSqlite } from './nodeSqlite.ts';
import { openWasmSqlite } from './wasmSqlite.ts';

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
