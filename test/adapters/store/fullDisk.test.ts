import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from '../../../src/adapters/store/createStore.ts';
import type { Engine } from '../../../src/adapters/store/database.ts';
import { createInlineStore } from '../../../src/adapters/store/inlineStore.ts';
import { type StateStore, StoreError, type StoreFault } from '../../../src/domain/stateStore.ts';
import { batchOf, bytesOf, readAll, snapshotOf, streamId } from '../../contract/stateStoreContract.ts';
import { canMount, mountTmpfs, type Tmpfs } from '../../support/tmpfs.ts';
import { BUILT_ENTRY } from './builtEntry.ts';
import { describeEngines } from './engines.ts';

const MIB = 1024 * 1024;
const RESERVE = MIB;
const SETTINGS = { segmentBytes: 262_144, reserveBytes: RESERVE };

const isMountable = canMount();
let disk: Tmpfs;
let folder: string;
let store: StateStore;
let clock: number;

beforeEach(() => {
  if (!isMountable) return;
  disk = mountTmpfs(6 * MIB);
  folder = join(disk.folder, 'state');
  clock = Date.now();
});
afterEach(async () => {
  if (!isMountable) return;
  await store.close();
  disk.unmount();
});

const ballast = (): string => join(disk.folder, 'ballast');

/** Leaves so many bytes free. */
function fillDisk(free: number): void {
  const { bavail, bsize } = statfsSync(disk.folder);
  writeFileSync(ballast(), new Uint8Array(bavail * bsize - free));
}

async function faultOf(request: Promise<unknown>): Promise<StoreFault | 'none'> {
  try {
    await request;
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return (error as StoreError).fault;
  }
}

/** Appends until that is rejected. @returns the first entry that was, and its fault */
async function appendUntilFull(first: number): Promise<[number, StoreFault]> {
  for (let entry = first; entry < first + 1000; entry++) {
    const fault = await faultOf(store.append(batchOf(entry, entry, 10_000)));
    if (fault !== 'none') return [entry, fault];
  }
  throw new Error('the disk is not full');
}

function suite(create: () => StateStore): void {
  beforeEach(async () => {
    store = create();
    await store.open();
  });

  it('rejects what finds no room and keeps what was there; goes on when there is room', async () => {
    await store.append(batchOf(1, 1, 10_000));
    fillDisk(100_000);
    const [failed, fault] = await appendUntilFull(2);
    expect(fault).toBe('full');
    expect(await faultOf(store.append(batchOf(failed, failed, 10_000)))).toBe('full');
    const { batches, damaged } = await readAll(store);
    expect([batches.length, damaged]).toEqual([failed - 1, 0]);
    rmSync(ballast());
    await store.append(batchOf(failed, failed, 10_000));
    await store.close();
    store = create();
    await store.open();
    const { batches: again } = await readAll(store);
    expect(again).toHaveLength(failed);
    for (const { first, bytes } of again) expect(Buffer.compare(bytes, bytesOf(first, 10_000))).toBe(0);
  });

  it('gives its reserve up for the last snapshots, not for the journal', async () => {
    const reserve = join(folder, 'reserve');
    await store.save([snapshotOf('a', 1, 200_000)]);
    expect(existsSync(reserve)).toBe(true);
    fillDisk(0);
    const [failed] = await appendUntilFull(1);
    expect(existsSync(reserve)).toBe(true);
    await store.save([snapshotOf('a', 2, 200_000), snapshotOf('b', 2, 200_000)]);
    expect(existsSync(reserve)).toBe(false);
    expect((await store.load(streamId('b')))?.position).toBe(2);
    let saved = 2;
    while ((await faultOf(store.save([snapshotOf('c', saved + 1, 200_000)]))) === 'none') saved++;
    expect((await store.load(streamId('c')))?.position).toBe(saved);
    expect((await store.load(streamId('a')))?.position).toBe(2);
    expect(await faultOf(store.save([snapshotOf('d', 1, 400_000)]))).toBe('full');
    expect(await store.load(streamId('d'))).toBeUndefined();
    rmSync(ballast());
    clock += 61_000;
    await store.save([snapshotOf('d', 1, 400_000)]);
    await store.append(batchOf(failed, failed));
    await store.close();
    store = create();
    const { streams } = await store.open();
    expect(streams.map(({ stream }) => stream).sort()).toEqual(['a', 'b', 'c', 'd']);
    const { bytes = new Uint8Array() } = (await store.load(streamId('d'))) ?? {};
    expect(Buffer.compare(bytes, snapshotOf('d', 1, 400_000).bytes)).toBe(0);
  });

  it('rejects a backup that finds no room, and leaves the one before', async () => {
    await store.save([snapshotOf('a', 1, 200_000)]);
    await store.backup();
    await store.save([snapshotOf('b', 1, 800_000)]);
    fillDisk(100_000);
    expect(await faultOf(store.backup())).toBe('full');
    expect(existsSync(join(folder, 'state.backup.sqlite'))).toBe(true);
    expect(existsSync(join(folder, 'state.backup.tmp'))).toBe(false);
    rmSync(ballast());
    await store.backup();
  });

  it('opens on a full disk, and gives back what it has', async () => {
    await store.save([snapshotOf('a', 1)]);
    await store.append(batchOf(1, 1));
    await store.close();
    rmSync(join(folder, 'reserve'));
    fillDisk(16_384);
    store = create();
    expect(await store.open()).toMatchObject({ lastPosition: 1, streams: [{ stream: 'a' }] });
    expect((await store.load(streamId('a')))?.position).toBe(1);
  });

  it('says that it cannot write to a medium that is read-only, and goes on when it can', async () => {
    await store.save([snapshotOf('a', 1)]);
    await store.close();
    disk.remount('ro');
    store = create();
    expect(await faultOf(store.open())).toBe('read-only');
    expect(await faultOf(store.open())).toBe('read-only');
    disk.remount('rw');
    await store.open();
    expect((await store.load(streamId('a')))?.position).toBe(1);
  });
}

describe.skipIf(!isMountable)('a full or read-only disk (needs the right to mount)', () => {
  describeEngines('the store on the calling thread', (engine: Engine) =>
    suite(() => createInlineStore({ folder, engine, ...SETTINGS }, () => clock)),
  );

  describe('the store on its own thread', () => suite(() => createStore({ folder, entry: BUILT_ENTRY, ...SETTINGS })));
});
