import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readStorageState } from '../../../src/adapters/host/storageState.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'storage-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it('times small writes and leaves nothing behind', () => {
  const state = readStorageState(folder);
  expect(state).toMatchObject({ folder, exists: true, fault: undefined });
  expect(state.syncMs).toBeGreaterThan(0);
  expect(state.freeBytes).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});

it('looks at what exists of the way to a folder that does not', () => {
  expect(readStorageState(join(folder, 'a', 'b'))).toMatchObject({ folder, exists: false, fault: undefined });
  expect(readdirSync(folder)).toEqual([]);
});

it('says why nothing can be written', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(readStorageState(file)).toMatchObject({ fault: 'ENOTDIR', syncMs: Number.NaN });
});

const isTmpfs = (() => {
  try {
    return statfsSync('/dev/shm').type === 0x01021994;
  } catch {
    return false;
  }
})();

it.skipIf(!isTmpfs)('knows a folder that is in memory only', () => {
  expect(readStorageState('/dev/shm/not/there')).toMatchObject({ folder: '/dev/shm', isVolatile: true });
});
