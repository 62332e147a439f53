import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JournalBatch, StateStore, StreamSnapshot } from '../../src/domain/stateStore.ts';
import { StoreError } from '../../src/domain/stateStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';

export type CreateStateStore = (folder: string) => StateStore;

export const streamId = (name: string): StreamId => name as StreamId;

/** Bytes that tell which they are: every one depends on the seed. */
export function bytesOf(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed * 2_654_435_761) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export const batchOf = (first: number, last: number, length = 100): JournalBatch => ({
  first,
  last,
  bytes: bytesOf(first, length),
});

export const snapshotOf = (stream: string, position: number, length = 1000): StreamSnapshot => ({
  stream: streamId(stream),
  position,
  bytes: bytesOf(position, length),
});

export async function readAll(store: StateStore, from?: number): Promise<{ batches: JournalBatch[]; damaged: number }> {
  const batches: JournalBatch[] = [];
  const { damaged } = await store.readJournal((batch) => batches.push(batch), from);
  return { batches, damaged };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tidegate-store-'));
}

/** Contract of every state store. */
export function stateStoreContract(create: CreateStateStore): void {
  /** Runs with an open store in an empty folder; `reopen` closes it and opens another one there. */
  async function run(
    test: (store: StateStore, reopen: () => Promise<StateStore>, folder: string) => Promise<void>,
  ): Promise<void> {
    const folder = temporaryFolder();
    let store = create(folder);
    try {
      await store.open();
      await test(
        store,
        async () => {
          await store.close();
          store = create(folder);
          await store.open();
          return store;
        },
        folder,
      );
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('is empty at first', () =>
    run(async (store) => {
      expect(await store.list()).toEqual([]);
      expect(await readAll(store)).toEqual({ batches: [], damaged: 0 });
      expect(await store.load(streamId('a'))).toBeUndefined();
    }));

  it('gives back what was appended, in order, and after it was opened again', () =>
    run(async (store, reopen) => {
      const batches = [batchOf(1, 3), batchOf(4, 4, 0), batchOf(5, 500, 15_000), batchOf(600, 601)];
      for (const batch of batches) await store.append(batch);
      expect(await readAll(store)).toEqual({ batches, damaged: 0 });
      const again = await reopen();
      expect(await readAll(again)).toEqual({ batches, damaged: 0 });
      await again.append(batchOf(602, 700));
      expect((await readAll(again)).batches).toHaveLength(5);
    }));

  it('says where the journal ended', () =>
    run(async (store, reopen, folder) => {
      await store.append(batchOf(1, 7));
      await reopen().then((again) => again.close());
      const third = create(folder);
      expect(await third.open()).toMatchObject({ streams: [], lastPosition: 7 });
      await third.close();
    }));

  it('leaves the bytes with the caller', () =>
    run(async (store) => {
      const large = bytesOf(1, 400);
      const batch = { first: 1, last: 1, bytes: large.subarray(100, 200) };
      await store.append(batch);
      await store.save([{ stream: streamId('a'), position: 1, bytes: large.subarray(200, 300) }]);
      expect(large).toEqual(bytesOf(1, 400));
      expect((await readAll(store)).batches).toEqual([{ ...batch, bytes: bytesOf(1, 400).slice(100, 200) }]);
      expect((await store.load(streamId('a')))?.bytes).toEqual(bytesOf(1, 400).slice(200, 300));
    }));

  it('takes the newest batch once more without harm, and refuses what does not follow', () =>
    run(async (store) => {
      await store.append(batchOf(1, 3));
      await store.append(batchOf(1, 3));
      await expect(store.append({ ...batchOf(1, 3), bytes: bytesOf(9, 100) })).rejects.toThrow(StoreError);
      await expect(store.append(batchOf(3, 4))).rejects.toMatchObject({ fault: 'failed' });
      await expect(store.append(batchOf(5, 4))).rejects.toMatchObject({ fault: 'failed' });
      expect(await readAll(store)).toEqual({ batches: [batchOf(1, 3)], damaged: 0 });
    }));

  it('forgets batches that end before the position, and no others', () =>
    run(async (store, reopen) => {
      for (const first of [1, 11, 21, 31]) await store.append(batchOf(first, first + 9));
      await store.trim(20);
      const kept = [batchOf(11, 20), batchOf(21, 30), batchOf(31, 40)];
      expect(await readAll(store)).toEqual({ batches: kept, damaged: 0 });
      const again = await reopen();
      expect(await readAll(again)).toEqual({ batches: kept, damaged: 0 });
      await again.trim(41);
      await again.append(batchOf(41, 41));
      expect(await readAll(again)).toEqual({ batches: [batchOf(41, 41)], damaged: 0 });
    }));

  it('knows the last position also where all of the journal is trimmed', () =>
    run(async (store, reopen) => {
      await store.append(batchOf(1, 10));
      await store.trim(11);
      const again = await reopen();
      expect(await readAll(again)).toEqual({ batches: [], damaged: 0 });
      await expect(again.append(batchOf(10, 12))).rejects.toThrow(StoreError);
      await again.append(batchOf(11, 12));
    }));

  it('keeps what is trimmed as the past of the journal, as far as that is wanted', () =>
    run(async (store, reopen) => {
      for (const first of [1, 11, 21, 31]) await store.append(batchOf(first, first + 9));
      expect(await store.trim(30, { from: 15, mostBytes: 1e9 })).toBeLessThanOrEqual(15);
      const [, second, third, fourth] = [1, 11, 21, 31].map((first) => batchOf(first, first + 9));
      const check = async (one: StateStore): Promise<void> => {
        expect(await readAll(one)).toEqual({ batches: [third, fourth], damaged: 0 });
        const all = await readAll(one, 1);
        expect(all.damaged).toBe(0);
        expect(all.batches.slice(-3)).toEqual([second, third, fourth]);
      };
      await check(store);
      await check(await reopen());
    }));

  it('gives the batches that end at a position or later, of the past too', () =>
    run(async (store, reopen) => {
      const batches = [1, 11, 21, 31].map((first) => batchOf(first, first + 9));
      for (const batch of batches) await store.append(batch);
      await store.trim(25, { from: 1, mostBytes: 1e9 });
      const check = async (one: StateStore): Promise<void> => {
        for (const from of [1, 5, 10, 11, 20, 21, 25, 31, 40, 41, 1000]) {
          const found = await readAll(one, from);
          expect([from, found]).toEqual([from, { batches: batches.filter(({ last }) => last >= from), damaged: 0 }]);
          expect((await one.readJournal(() => undefined, from)).from).toBe(1);
        }
      };
      await check(store);
      await check(await reopen());
    }));

  it('says from where on it has the journal, and has it from there on', () =>
    run(async (store, reopen) => {
      for (const first of [1, 11, 21, 31]) await store.append(batchOf(first, first + 9));
      await store.trim(30, { from: 21, mostBytes: 1e9 });
      await store.trim(35);
      const again = await reopen();
      for (const part of [undefined, 1]) {
        const read: number[] = [];
        const { from } = await again.readJournal(({ first }) => read.push(first), part);
        expect([part, read]).toEqual([part, [31]]);
        expect(from).toBeGreaterThan(20);
        expect(from).toBeLessThanOrEqual(35);
      }
    }));

  it('keeps the generations that are to stay, and no others, after it was opened again', () =>
    run(async (store, reopen) => {
      for (const position of [10, 20, 30, 40, 50])
        await store.save([{ ...snapshotOf('a', position), keep: [10, 20, 30, 40] }]);
      await store.save([{ ...snapshotOf('a', 60), keep: [50, 30, 10, 5] }, snapshotOf('b', 60)]);
      const positionsIn = async (one: StateStore): Promise<readonly number[] | undefined> =>
        (await one.list()).find(({ stream }) => stream === 'a')?.generations.map(({ position }) => position);
      expect(await positionsIn(store)).toEqual([60, 50, 30, 10]);
      const again = await reopen();
      expect(await positionsIn(again)).toEqual([60, 50, 30, 10]);
      expect(await again.load(streamId('a'), 5)).toEqual({ ...snapshotOf('a', 30), generation: 3 });
      expect(await again.load(streamId('a'), 3)).toEqual({ ...snapshotOf('a', 10), generation: 1 });
      await again.save([{ ...snapshotOf('a', 70), keep: [] }]);
      expect(await positionsIn(await reopen())).toEqual([70]);
    }));

  it('keeps sixteen generations of a stream at most', () =>
    run(async (store) => {
      const positions = Array.from({ length: 30 }, (_, i) => i + 1);
      for (const position of positions) await store.save([{ ...snapshotOf('a', position, 10), keep: positions }]);
      const [stored] = await store.list();
      expect(stored?.generations.map(({ position }) => position)).toEqual(positions.slice(-16).reverse());
    }));

  it('keeps two generations of each stream', () =>
    run(async (store, reopen) => {
      for (const position of [10, 20, 30]) await store.save([snapshotOf('a', position), snapshotOf('b/é', position)]);
      const again = await reopen();
      const newest = { ...snapshotOf('b/é', 30), generation: 3 };
      expect(await again.load(streamId('b/é'))).toEqual(newest);
      expect(await again.load(streamId('b/é'), 4)).toEqual(newest);
      expect(await again.load(streamId('b/é'), 3)).toEqual({ ...snapshotOf('b/é', 20), generation: 2 });
      expect(await again.load(streamId('b/é'), 2)).toBeUndefined();
      expect(await again.load(streamId('c'))).toBeUndefined();
    }));

  it('lists streams with their generations', () =>
    run(async (store, reopen) => {
      const before = Date.now();
      await store.save([snapshotOf('a', 10), snapshotOf('b', 10, 0)]);
      await store.save([snapshotOf('a', 20, 2000)]);
      const expected = [
        {
          stream: 'a',
          generations: [
            { generation: 2, position: 20, bytes: 2000 },
            { generation: 1, position: 10, bytes: 1000 },
          ],
        },
        { stream: 'b', generations: [{ generation: 1, position: 10, bytes: 0 }] },
      ];
      expect(await store.list()).toMatchObject(expected);
      const listed = await (await reopen()).list();
      expect([...listed].sort((a, b) => (a.stream < b.stream ? -1 : 1))).toMatchObject(expected);
      for (const { savedAt } of listed) {
        expect(savedAt).toBeGreaterThanOrEqual(before);
        expect(savedAt).toBeLessThanOrEqual(Date.now());
      }
    }));

  it('takes one stream several times in one request', () =>
    run(async (store, reopen) => {
      await store.save([1, 2, 3, 4].map((position) => snapshotOf('a', position)));
      const again = await reopen();
      expect(await again.load(streamId('a'))).toEqual({ ...snapshotOf('a', 4), generation: 4 });
      expect(await again.load(streamId('a'), 4)).toEqual({ ...snapshotOf('a', 3), generation: 3 });
      expect(await again.list()).toHaveLength(1);
    }));

  it('forgets a stream that is removed, and gives its place to others', () =>
    run(async (store, reopen) => {
      await store.save([snapshotOf('a', 1), snapshotOf('b', 1)]);
      await store.remove(streamId('a'));
      await store.remove(streamId('never seen'));
      expect(await store.load(streamId('a'))).toBeUndefined();
      await store.save([snapshotOf('c', 2)]);
      const again = await reopen();
      expect((await again.list()).map(({ stream }) => stream).sort()).toEqual(['b', 'c']);
      expect(await again.load(streamId('c'))).toEqual({ ...snapshotOf('c', 2), generation: 1 });
    }));

  it('takes requests that are not waited for, in their order', () =>
    run(async (store) => {
      const done = [store.append(batchOf(1, 1)), store.save([snapshotOf('a', 1)]), store.append(batchOf(2, 2))];
      const loaded = store.load(streamId('a'));
      const removed = store.remove(streamId('a'));
      const loadedAfter = store.load(streamId('a'));
      await Promise.all([...done, removed]);
      expect([(await loaded)?.position, await loadedAfter]).toEqual([1, undefined]);
      expect((await readAll(store)).batches).toHaveLength(2);
    }));

  it('counts what it writes, and writes nothing where nothing is asked', () =>
    run(async (store) => {
      const start = store.traffic();
      await store.append(batchOf(1, 1, 500));
      const appended = store.traffic();
      expect(appended.bytesWritten - start.bytesWritten).toBeGreaterThanOrEqual(500);
      expect(appended.flushes).toBeGreaterThan(start.flushes);
      await store.append(batchOf(2, 2, 500));
      expect(store.traffic().flushes - appended.flushes).toBe(1);
      const ofBatch = store.traffic().journalBytes - appended.journalBytes;
      expect(ofBatch).toBeGreaterThanOrEqual(500);
      expect(ofBatch).toBe(store.traffic().bytesWritten - appended.bytesWritten);
      const before = store.traffic();
      await store.save([snapshotOf('a', 1, 50_000)]);
      expect(store.traffic().bytesWritten - before.bytesWritten).toBeGreaterThanOrEqual(50_000);
      const saved = store.traffic();
      expect(saved.journalBytes).toBe(before.journalBytes);
      await store.list();
      await store.load(streamId('a'));
      await readAll(store);
      expect(store.traffic()).toEqual(saved);
    }));

  it('is one at a time', () =>
    run(async (_store, _reopen, folder) => {
      const second = create(folder);
      await expect(second.open()).rejects.toMatchObject({ code: 'TG_STATE_LOCKED', exit: 75 });
      await second.close();
    }));

  it('rejects before it is open and after it is closed; closing twice does no harm', async () => {
    const folder = temporaryFolder();
    const store = create(folder);
    await expect(store.list()).rejects.toThrow(StoreError);
    await store.open();
    await store.close();
    await store.close();
    await expect(store.append(batchOf(1, 1))).rejects.toThrow(StoreError);
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes a backup while it works', () =>
    run(async (store) => {
      await store.save([snapshotOf('a', 1)]);
      await store.append(batchOf(1, 1));
      await store.backup();
      await store.backup();
      expect(await store.load(streamId('a'))).toEqual({ ...snapshotOf('a', 1), generation: 1 });
    }));

  it('tells at the next opening when the last backup was made', async () => {
    const folder = temporaryFolder();
    let store = create(folder);
    expect((await store.open()).backedUpAt).toBeUndefined();
    await store.save([snapshotOf('a', 1)]);
    await store.backup();
    await store.close();
    store = create(folder);
    const { backedUpAt = 0 } = await store.open();
    expect(Math.abs(Date.now() - backedUpAt)).toBeLessThan(60_000);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('can be repaired at any time, and loses nothing that is whole', () =>
    run(async (store) => {
      await store.append(batchOf(1, 9));
      await store.save([snapshotOf('a', 1), snapshotOf('b', 2)]);
      await store.save([snapshotOf('a', 3)]);
      const opening = await store.repair();
      expect(opening).toMatchObject({ lastPosition: 9, salvaged: 3 });
      expect(opening.movedAside).toMatch(/^state\.sqlite\.corrupt-/);
      expect(await store.load(streamId('a'))).toEqual({ ...snapshotOf('a', 3), generation: 2 });
      expect(await store.load(streamId('a'), 2)).toEqual({ ...snapshotOf('a', 1), generation: 1 });
      expect(await readAll(store)).toEqual({ batches: [batchOf(1, 9)], damaged: 0 });
    }));
}
