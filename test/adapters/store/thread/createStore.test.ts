import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStore } from '../../../../src/adapters/store/thread/createStore.ts';
import type { StateStore, StoreOpening } from '../../../../src/domain/stateStore.ts';
import { batchOf, readAll, snapshotOf, streamId, temporaryFolder } from '../../../contract/stateStoreContract.ts';
import { BUILT_ENTRY } from '../builtEntry.ts';

/** The built store thread, but it dies when it is asked for a stream of the name `die`, or `hang`s for a moment. */
const DYING = new URL('../dyingStoreThread.mjs', import.meta.url);

let folder: string;
let store: StateStore;
const reopened: StoreOpening[] = [];

beforeEach(async () => {
  folder = temporaryFolder();
  reopened.length = 0;
  store = createStore({
    folder,
    entry: DYING,
    reserveBytes: 0,
    segmentBytes: 16_384,
    onReopened: (opening) => reopened.push(opening),
  });
  await store.open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const rejection = { name: 'StoreError', fault: 'failed' };

it('rejects what a thread that died has not answered, and goes on with another', async () => {
  await store.append(batchOf(1, 1));
  await store.save([snapshotOf('a', 1)]);
  const written = store.traffic().bytesWritten;
  const results = await Promise.allSettled([
    store.load(streamId('die')),
    store.append(batchOf(2, 2)),
    store.load(streamId('a')),
  ]);
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: rejection });
  await expect(store.list()).rejects.toMatchObject(rejection);
  await expect.poll(() => store.list()).toHaveLength(1);
  expect(reopened).toMatchObject([{ lastPosition: 1, streams: [{ stream: 'a' }] }]);
  await store.append(batchOf(2, 2));
  expect(await readAll(store)).toMatchObject({ batches: [{ first: 1 }, { first: 2 }], damaged: 0 });
  expect(store.traffic().bytesWritten).toBeGreaterThan(written);
});

it('rests longer with each death', async () => {
  const rests: number[] = [];
  for (let death = 0; death < 3; death++) {
    await expect(store.list()).resolves.toEqual([]);
    // From before its death: on a busy machine the news of it comes late.
    const died = performance.now();
    await expect(store.load(streamId('die'))).rejects.toMatchObject(rejection);
    await expect.poll(() => store.list().catch(() => 'resting'), { interval: 5 }).toEqual([]);
    rests.push(performance.now() - died);
  }
  expect(rests[0]).toBeGreaterThan(90);
  expect(rests[1]).toBeGreaterThan(190);
  expect(rests[2]).toBeGreaterThan(390);
  expect(reopened).toHaveLength(3);
});

it('takes what was committed before an answer was lost once more', async () => {
  await expect(store.load(streamId('die'))).rejects.toMatchObject(rejection);
  await expect.poll(() => store.append(batchOf(1, 5)).then(() => 'done')).toBe('done');
  const lost = [store.append(batchOf(6, 9)), store.load(streamId('die'))];
  await Promise.allSettled(lost);
  await expect.poll(() => store.append(batchOf(6, 9)).then(() => 'done')).toBe('done');
  expect((await readAll(store)).batches).toHaveLength(2);
});

it('keeps the folder while its thread is dead, and frees it when it is closed', async () => {
  await expect(store.load(streamId('die'))).rejects.toMatchObject(rejection);
  const other = createStore({ folder, entry: BUILT_ENTRY, reserveBytes: 0 });
  await expect(other.open()).rejects.toMatchObject({ code: 'TG_STATE_LOCKED' });
  await store.close();
  await other.open();
  await other.close();
});

it('does not hold the calling thread up while the medium is slow', async () => {
  let isAnswered = false;
  const slow = store.load(streamId('hang')).then(() => {
    isAnswered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isAnswered).toBe(false);
  await slow;
});

it('reads the journal for several that ask at once, each the whole of it', async () => {
  for (let i = 1; i <= 30; i++) await store.append(batchOf(i, i, 4000));
  const [one, two] = await Promise.all([readAll(store), readAll(store)]);
  expect(one.batches).toHaveLength(30);
  expect(two).toEqual(one);
});
