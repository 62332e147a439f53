import { describe } from 'vitest';
import type { Engine } from '../../../src/adapters/store/sqlite/database.ts';
import { hasNodeSqlite } from '../../../src/adapters/store/sqlite/engine.ts';

/** A suite for each engine. Node.js 20 has no SQLite of its own: there that one is skipped by name. */
export function describeEngines(name: string, suite: (engine: Engine) => void): void {
  describe.skipIf(!hasNodeSqlite())(`${name}, node:sqlite`, () => suite('node'));
  describe(`${name}, WebAssembly`, () => suite('wasm'));
}
