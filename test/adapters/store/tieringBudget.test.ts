import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { TIERING_BUDGETS } from '../../../src/adapters/store/sqlite/wasmSqlite.ts';

it('restores the budget that this runtime has by default, where it changes it', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const [, standard] = /--wasm-tiering-budget=(\d+)/.exec(options) ?? [];
  const [version = ''] = /^\d+\.\d+/.exec(process.versions.v8) ?? [];
  expect(standard).toBeDefined();
  expect([Number(standard), undefined]).toContain(TIERING_BUDGETS[version]);
  if (process.versions.node.startsWith('20.')) expect(TIERING_BUDGETS[version]).toBeDefined();
});
