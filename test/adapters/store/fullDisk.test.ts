import { cpSync, existsSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownIdentity } from '../../../src/adapters/store/files/processIdentity.ts';
import type { Engine } from '../../../src/adapters/store/sqlite/database.ts';
import { createStore } from '../../../src/adapters/store/thread/createStore.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import { type StateStore, StoreError, type StoreFault } from '../../../src/domain/stateStore.ts';
import { batchOf, bytesOf, readAll, snapshotOf, streamId } from '../../contract/stateStoreContract.ts';
import { canMount, mountTmpfs, type Tmpfs } from '../../support/tmpfs.ts';
import { BUILT_ENTRY } from './builtEntry.ts';
import { describeEngines } from './engines.ts';
import { hashesOf } from './fileHash.ts';

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

/** Leaves `free` bytes free. */
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

/** Leaves the folder as a process does that ends, or that is killed. */
async function endAs(end: 'closed' | 'killed'): Promise<void> {
  const asItIs = `${folder}.live`;
  cpSync(folder, asItIs, { recursive: true });
  await store.close();
  if (end === 'killed') {
    rmSync(folder, { recursive: true });
    cpSync(asItIs, folder, { recursive: true });
    const dead = JSON.stringify({ ...ownIdentity(), pid: 2 ** 22 + 1 });
    for (const name of readdirSync(folder)) if (/^lock\.\d+$/.test(name)) writeFileSync(join(folder, name), dead);
  }
  rmSync(asItIs, { recursive: true });
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

  it('gives up its reserve for an opening that finds no room', async () => {
    await store.save([snapshotOf('a', 1)]);
    await store.close();
    fillDisk(0);
    store = create();
    const opening = await store.open();
    expect(opening.refusal).toBeUndefined();
    expect(existsSync(join(folder, 'reserve'))).toBe(false);
    await store.save([snapshotOf('a', 2)]);
  });

  it.each([
    ['full', 'closed'],
    ['full', 'killed'],
    ['read-only', 'closed'],
    ['read-only', 'killed'],
  ] as const)(
    'reads what is on a %s medium, of a process that was %s, and goes on writing when it can',
    async (fault, end) => {
      await store.save([snapshotOf('a', 1), snapshotOf('b', 1, 100_000)]);
      await store.append(batchOf(1, 1));
      await store.append(batchOf(2, 3));
      await endAs(end);
      rmSync(join(folder, 'reserve'), { force: true });
      if (fault === 'full') fillDisk(0);
      else disk.remount('ro');
      const before = hashesOf(folder, /./);
      store = create();
      expect(await store.open()).toMatchObject({ lastPosition: 3, refusal: { fault } });
      expect((await store.list()).map(({ stream }) => stream).sort()).toEqual(['a', 'b']);
      expect((await store.load(streamId('b')))?.bytes).toEqual(snapshotOf('b', 1, 100_000).bytes);
      expect((await readAll(store)).batches).toEqual([batchOf(1, 1), batchOf(2, 3)]);
      expect(await faultOf(store.append(batchOf(4, 4)))).toBe(fault);
      expect(await faultOf(store.save([snapshotOf('a', 4)]))).toBe(fault);
      expect(hashesOf(folder, /./)).toEqual(before);
      if (fault === 'full') rmSync(ballast());
      else disk.remount('rw');
      await store.append(batchOf(4, 4));
      await store.save([snapshotOf('a', 4)]);
      expect((await readAll(store)).batches).toHaveLength(3);
      await store.close();
      store = create();
      expect((await store.open()).lastPosition).toBe(4);
      expect((await store.load(streamId('a')))?.position).toBe(4);
    },
  );

  it('does not go on from what it read where another process has had it meanwhile', async () => {
    await store.append(batchOf(1, 1));
    await store.close();
    disk.remount('ro');
    store = create();
    await store.open();
    disk.remount('rw');
    const other = createInlineStore({ folder, ...SETTINGS });
    await other.open();
    await other.append(batchOf(2, 2));
    await other.close();
    await expect(store.append(batchOf(2, 2, 50))).rejects.toMatchObject({ code: 'TG_STATE_RETURNED' });
    expect((await readAll(store)).batches).toHaveLength(1);
  });

  it('begins with nothing only where there is nothing', async () => {
    await store.close();
    rmSync(folder, { recursive: true });
    disk.remount('ro');
    store = create();
    expect(await faultOf(store.open())).toBe('read-only');
    disk.remount('rw');
    await store.open();
    await store.append(batchOf(1, 1));
    await store.close();
    writeFileSync(join(folder, 'state.sqlite'), 'not any more');
    disk.remount('ro');
    store = create();
    await expect(store.open()).rejects.toMatchObject({ code: 'TG_STATE_FAILED' });
    disk.remount('rw');
    expect((await store.open()).movedAside).toBeDefined();
  });
}

describe.skipIf(!isMountable)('a full or read-only disk (needs the right to mount)', () => {
  describeEngines('the store on the calling thread', (engine: Engine) =>
    suite(() => createInlineStore({ folder, engine, ...SETTINGS }, () => clock)),
  );

  describe('the store on its own thread', () => suite(() => createStore({ folder, entry: BUILT_ENTRY, ...SETTINGS })));
});
