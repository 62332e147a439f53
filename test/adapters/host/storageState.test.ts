import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
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
  const state = readStorageState(folder, true);
  expect(state).toMatchObject({ folder, exists: true, fault: undefined });
  expect(state.syncMs).toBeGreaterThan(0);
  expect(state.freeBytes).toBeGreaterThan(0);
  expect(readdirSync(folder)).toEqual([]);
});

it('looks at what exists of the way to a folder that does not', () => {
  expect(readStorageState(join(folder, 'a', 'b'), true)).toMatchObject({ folder, exists: false, fault: undefined });
  expect(readdirSync(folder)).toEqual([]);
});

it('touches nothing where it is only to look', () => {
  const before = statSync(folder, { bigint: true });
  const state = readStorageState(folder, false);
  expect(state).toMatchObject({ fault: undefined, syncMs: undefined, isOpenToAll: false, strangers: [] });
  expect(statSync(folder, { bigint: true }).mtimeNs).toBe(before.mtimeNs);
  chmodSync(folder, 0o777);
  expect(readStorageState(folder, false).isOpenToAll).toBe(true);
  chmodSync(folder, 0o1777);
  expect(readStorageState(folder, false).isOpenToAll).toBe(false);
});

it.skipIf(process.geteuid?.() !== 0)('names files that do not belong to the owner of the folder (needs root)', () => {
  chownSync(folder, 65_534, 65_534);
  writeFileSync(join(folder, 'lock.1'), '');
  expect(readStorageState(folder, false).strangers).toEqual(['lock.1']);
});

it('says why nothing can be written', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(readStorageState(file, true)).toMatchObject({ fault: 'ENOTDIR', syncMs: Number.NaN });
});

const isTmpfs = (() => {
  try {
    return statfsSync('/dev/shm').type === 0x01021994;
  } catch {
    return false;
  }
})();

it.skipIf(!isTmpfs)('knows a folder that is in memory only', () => {
  expect(readStorageState('/dev/shm/not/there', false)).toMatchObject({ folder: '/dev/shm', isVolatile: true });
});
