import { readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupStore } from '../../../../src/adapters/store/repair/backupStore.ts';
import { createInlineStore } from '../../../../src/adapters/store/thread/inlineStore.ts';
import type { StateStore } from '../../../../src/domain/stateStore.ts';
import { batchOf, bytesOf, readAll, temporaryFolder } from '../../../contract/stateStoreContract.ts';
import { flipBit, overwrite, placeOf } from '../behind.ts';

const SEGMENT = 16_384;
let folder: string;
let store: StateStore;

beforeEach(async () => {
  folder = temporaryFolder();
  await reopen();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function reopen(): Promise<StateStore> {
  store = createInlineStore({ folder, segmentBytes: SEGMENT, reserveBytes: 0 });
  await store.open();
  return store;
}

const segments = (): string[] => readdirSync(folder).filter((name) => name.startsWith('journal.'));
const fileOf = (number: number): string => join(folder, `journal.${number}`);

async function append(from: number, to: number, length = 1000): Promise<void> {
  for (let first = from; first <= to; first++) await store.append(batchOf(first, first, length));
}

async function positions(): Promise<number[]> {
  const { batches } = await readAll(store);
  for (const { first, bytes } of batches) expect(bytes).toEqual(bytesOf(first, bytes.length));
  return batches.map(({ first }) => first);
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('uses its segments again, so that its files do not grow', async () => {
  for (let first = 1; first <= 500; first += 10) {
    await append(first, first + 9);
    await store.trim(first);
  }
  expect(segments().length).toBeLessThanOrEqual(4);
  for (const name of segments()) expect(statSync(join(folder, name)).size).toBe(SEGMENT);
  expect(await positions()).toEqual(numbers(491, 500));
  await store.close();
  await reopen();
  expect(await positions()).toEqual(numbers(491, 500));
});

it('costs one flush and one or two blocks where a segment is at hand', async () => {
  await append(1, 1);
  const before = store.traffic();
  await append(2, 9, 100);
  const { bytesWritten, flushes } = store.traffic();
  expect(flushes - before.flushes).toBe(8);
  // Eight records of 152 bytes after one of 1,048 and the head: the last one crosses into no other block.
  expect(bytesWritten - before.bytesWritten).toBe(8 * 4096);
});

it('makes a larger segment for a batch that is larger', async () => {
  await append(1, 1);
  await append(2, 2, 3 * SEGMENT);
  await append(3, 3);
  expect(await positions()).toEqual([1, 2, 3]);
});

it('deletes segments beyond those that are kept for the next time', async () => {
  await append(1, 200);
  expect(segments().length).toBeGreaterThan(10);
  await store.trim(201);
  expect(segments().length).toBeLessThanOrEqual(3);
});

describe('the past', () => {
  const past = { from: 20, mostBytes: 1e9 };
  const all = async (): Promise<number[]> => (await readAll(store, 1)).batches.map(({ first }) => first);

  it('is cut to whole files that have room, the oldest first, and says where it begins', async () => {
    await append(1, 200);
    const start = await store.trim(150, { from: 20, mostBytes: 4 * SEGMENT });
    const kept = await all();
    expect(kept).toEqual(numbers(start, 200));
    expect(start).toBeGreaterThan(20);
    expect(start).toBeLessThan(150);
    expect(segments().length * SEGMENT).toBeLessThanOrEqual((4 + 2 + 6) * SEGMENT);
    await store.close();
    await reopen();
    expect([await all(), await positions()]).toEqual([kept, numbers(150, 200)]);
  });

  it('goes on from where it was, and its files are used again', async () => {
    for (let first = 1; first <= 800; first += 10) {
      await append(first, first + 9);
      await store.trim(first, { from: Math.max(1, first - 100), mostBytes: 1e9 });
    }
    expect(segments().length).toBeLessThan(14);
    expect(await all()).toEqual(numbers(691, 800));
  });

  it('is none of a version before, and in no backup', async () => {
    await append(1, 60);
    await store.trim(40, past);
    const copy = temporaryFolder();
    await store.close();
    backupStore(folder, join(copy, 'state.sqlite'));
    rmSync(folder, { recursive: true });
    folder = copy;
    await reopen();
    expect([await all(), await positions()]).toEqual([numbers(40, 60), numbers(40, 60)]);
    expect((await store.readJournal(() => undefined, 1)).from).toBe(40);
  });

  it('is damaged for those alone who read as far back as that', async () => {
    await append(1, 90);
    await store.trim(80, { from: 1, mostBytes: 1e9 });
    await store.close();
    rmSync(fileOf(3));
    await reopen();
    const found = await all();
    const lost = numbers(1, 90).filter((position) => !found.includes(position));
    expect(lost.length).toBeGreaterThan(5);
    const damagedFrom = async (from = 0): Promise<number> => (await readAll(store, from)).damaged;
    expect([await damagedFrom(1), await damagedFrom(lost.at(-1)), await damagedFrom((lost.at(-1) ?? 0) + 1)]).toEqual([
      1, 1, 0,
    ]);
  });

  it('is not taken for whole where a file of it is gone', async () => {
    await append(1, 60);
    await store.trim(50, past);
    await store.close();
    rmSync(fileOf(2));
    await reopen();
    const { from, damaged } = await store.readJournal(() => undefined, 1);
    expect(from > 20 || damaged > 0).toBe(true);
  });
});

describe('damage', () => {
  beforeEach(async () => {
    await append(1, 40);
    await store.close();
  });

  it('drops a last batch that was not written to its end, and writes over it', async () => {
    const last = fileOf(segments().length);
    overwrite(last, placeOf(last, bytesOf(40, 1000)) + 300, new Uint8Array(5000));
    await reopen();
    expect(await positions()).toEqual(numbers(1, 39));
    await store.append(batchOf(40, 40, 50));
    await store.close();
    await reopen();
    expect(await positions()).toEqual(numbers(1, 40));
  });

  it.each([
    ['in its bytes', 200],
    ['in its magic', -48],
    ['in its length', -36],
    ['in its first entry', -32],
  ])('leaves out one batch where a bit turned %s, and counts that', async (_where, offset) => {
    flipBit(fileOf(1), placeOf(fileOf(1), bytesOf(5, 1000)) + offset, 2);
    await reopen();
    const { batches, damaged } = await readAll(store);
    expect(damaged).toBe(1);
    expect(batches.map(({ first }) => first)).toEqual([...numbers(1, 4), ...numbers(6, 40)]);
  });

  it('reads a segment whose head is damaged by what its batches say', async () => {
    overwrite(fileOf(2), 0, bytesOf(1, 64));
    await reopen();
    expect(await readAll(store)).toMatchObject({ damaged: 0 });
    expect(await positions()).toEqual(numbers(1, 40));
    await append(41, 80);
    expect(await positions()).toEqual(numbers(1, 80));
  });

  it('counts a segment that is gone, or cut to nothing', async () => {
    rmSync(fileOf(2));
    await reopen();
    expect((await readAll(store)).damaged).toBe(1);
    await store.close();
    truncateSync(fileOf(1), 0);
    await reopen();
    expect((await readAll(store)).damaged).toBe(1);
    await append(41, 42);
  });

  it('does not take what an earlier use of a segment left behind', async () => {
    await reopen();
    await store.trim(41);
    await append(41, 41, 3000);
    await store.close();
    await reopen();
    expect(await positions()).toEqual([41]);
  });

  it('does not touch a segment of a newer format', async () => {
    const bytes = readFileSync(fileOf(1));
    const head = bytes.subarray(0, 64);
    head.writeUInt16LE(2, 8);
    head.writeUInt32LE(crc32(head.subarray(8)), 4);
    overwrite(fileOf(1), 0, head);
    const before = readFileSync(fileOf(1));
    await expect(reopen()).rejects.toMatchObject({ code: 'TG_STATE_NEWER' });
    expect(readFileSync(fileOf(1))).toEqual(before);
  });
});

it('goes from a backup on with its journal, on another machine', async () => {
  await append(1, 30);
  await store.trim(11);
  const copy = temporaryFolder();
  await store.close();
  backupStore(folder, join(copy, 'state.sqlite'));
  rmSync(folder, { recursive: true });
  folder = copy;
  await reopen();
  expect(await positions()).toEqual(numbers(11, 30));
  await append(31, 40);
  expect(await readAll(store)).toMatchObject({ damaged: 0 });
  expect(await positions()).toEqual(numbers(11, 40));
  await store.trim(36);
  await store.close();
  await reopen();
  expect(await positions()).toEqual(numbers(36, 40));
});
