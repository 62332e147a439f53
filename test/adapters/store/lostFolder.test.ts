import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withReadOnlyStore } from '../../../src/adapters/store/repair/readOnlyStore.ts';
import { createStore } from '../../../src/adapters/store/thread/createStore.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import type { StateStore } from '../../../src/domain/stateStore.ts';
import { batchOf, readAll, snapshotOf, streamId, temporaryFolder } from '../../contract/stateStoreContract.ts';
import { canMount } from '../../support/tmpfs.ts';
import { BUILT_ENTRY } from './builtEntry.ts';
import { describeEngines } from './engines.ts';

const SETTINGS = { segmentBytes: 65_536, reserveBytes: 65_536 };
/** Number of batches that fill more than one segment. */
const BATCHES = 30;
const BYTES = 5000;

let base: string;
let folder: string;
let store: StateStore;
let next: number;

beforeEach(() => {
  base = temporaryFolder();
  folder = join(base, 'state');
  next = 1;
});
afterEach(async () => {
  await store.close();
  rmSync(base, { recursive: true, force: true });
});

/** @returns why it was not taken; undefined: it was acknowledged */
async function append(): Promise<string | undefined> {
  try {
    await store.append(batchOf(next, next, BYTES));
    next++;
    return undefined;
  } catch (error) {
    return `${(error as { fault?: string }).fault ?? (error as { code?: string }).code}`;
  }
}

async function fill(): Promise<void> {
  for (let i = 0; i < BATCHES; i++) expect(await append()).toBeUndefined();
  await store.save([snapshotOf('a', 3), snapshotOf('b', 4)]);
}

/** Contents that the next process would find, if this one were killed now. */
async function foundAfterKill(): Promise<{ streams: string[]; batches: number[] }> {
  const copy = join(base, `copy-${Math.random()}`);
  cpSync(folder, copy, { recursive: true });
  for (const name of readdirSync(copy)) if (name.startsWith('lock.')) rmSync(join(copy, name));
  const other = createInlineStore({ folder: copy, ...SETTINGS });
  const { streams } = await other.open();
  const { batches, damaged } = await readAll(other);
  expect(damaged).toBe(0);
  for (const { stream } of streams) expect(await other.load(stream)).toBeDefined();
  await other.close();
  return { streams: streams.map(({ stream }) => stream).sort(), batches: batches.map(({ first }) => first) };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

function suite(create: (folder: string) => StateStore): void {
  beforeEach(async () => {
    store = create(folder);
    await store.open();
    await fill();
  });

  it('acknowledges nothing that goes into a removed folder, and writes all of it anew', async () => {
    rmSync(folder, { recursive: true });
    expect(await append()).toBe('failed');
    expect(await append()).toBeUndefined();
    expect(await foundAfterKill()).toEqual({ streams: ['a', 'b'], batches: upTo(BATCHES + 1) });
    await store.save([snapshotOf('a', 31)]);
    await store.trim(20);
    expect((await foundAfterKill()).batches).toEqual(upTo(BATCHES + 1).slice(19));
    expect((await store.load(streamId('a')))?.position).toBe(31);
    // It is the store of this process, as before.
    await expect(create(folder).open()).rejects.toMatchObject({ code: 'TG_STATE_LOCKED' });
  });

  it.each([
    ['a snapshot', () => store.save([snapshotOf('c', 9)])],
    ['a cut', () => store.trim(5)],
    ['a stream that is forgotten', () => store.remove(streamId('a'))],
    ['a backup', () => store.backup()],
  ])('takes %s as little as a batch', async (_what, request) => {
    rmSync(folder, { recursive: true });
    await expect(request()).rejects.toMatchObject({ fault: 'failed' });
    expect(existsSync(folder)).toBe(false);
    await request();
    const { streams, batches } = await foundAfterKill();
    expect(streams).toContain('b');
    expect(batches.at(-1)).toBe(BATCHES);
  });

  it.each(['state.sqlite', 'state.sqlite-wal', 'journal.1', 'journal.2', 'lock.1'])(
    'notices that %s alone is gone, and writes it anew',
    async (name) => {
      rmSync(join(folder, name));
      expect(await append()).toBe('failed');
      expect(await append()).toBeUndefined();
      expect(await append()).toBeUndefined();
      expect(await foundAfterKill()).toEqual({ streams: ['a', 'b'], batches: upTo(BATCHES + 2) });
    },
  );

  it('waits where nothing can be written, and goes on with the former folder once that is back', async () => {
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, 'in the way');
    for (let i = 0; i < 3; i++) expect(await append()).toBe('failed');
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
    const before = readdirSync(folder).sort();
    expect(await append()).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(await foundAfterKill()).toEqual({ streams: ['a', 'b'], batches: upTo(BATCHES + 1) });
  });

  it('writes nothing over another state that was put in its place, and keeps its own beside it', async () => {
    const other = createInlineStore({ folder: join(base, 'other'), ...SETTINGS });
    await other.open();
    for (let i = 1; i <= 4; i++) await other.append(batchOf(i, i, 30_000));
    await other.save([snapshotOf('other', 1)]);
    await other.close();
    renameSync(folder, `${folder}.away`);
    renameSync(join(base, 'other'), folder);
    const theirs = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const);

    expect(await append()).toBe('failed');
    expect(await append()).toBe('TG_STATE_RETURNED');
    await expect(store.backup()).rejects.toMatchObject({ code: 'TG_STATE_RETURNED' });
    await store.close();
    for (const [name, bytes] of theirs) expect(Buffer.compare(readFileSync(join(folder, name)), bytes)).toBe(0);
    const former = readdirSync(folder).find((name) => name.startsWith('state.former-')) ?? '';
    mkdirSync(join(base, 'former'));
    renameSync(join(folder, former), join(base, 'former/state.sqlite'));
    const streams = withReadOnlyStore(join(base, 'former'), ({ snapshots }) => snapshots.list());
    expect(streams.map(({ stream }) => stream).sort()).toEqual(['a', 'b']);
  });

  it('takes a copy of itself for another state: it may have been gone on with', async () => {
    cpSync(folder, `${folder}.copy`, { recursive: true });
    const copy = createInlineStore({ folder: `${folder}.copy`, ...SETTINGS });
    for (const name of readdirSync(`${folder}.copy`)) if (name.startsWith('lock.')) rmSync(`${folder}.copy/${name}`);
    await copy.open();
    await copy.append(batchOf(next, next, 10));
    await copy.close();
    renameSync(folder, `${folder}.away`);
    renameSync(`${folder}.copy`, folder);
    expect([await append(), await append()]).toEqual(['failed', 'TG_STATE_RETURNED']);
  });

  it('takes an older state of its own for what it is: everything in it is known', async () => {
    cpSync(folder, `${folder}.old`, { recursive: true });
    expect(await append()).toBeUndefined();
    renameSync(folder, `${folder}.away`);
    renameSync(`${folder}.old`, folder);
    expect([await append(), await append()]).toEqual(['failed', undefined]);
    expect(await foundAfterKill()).toEqual({ streams: ['a', 'b'], batches: upTo(BATCHES + 2) });
  });

  it.each([
    ['everything that it acknowledged is on it', 0, undefined],
    ['something that it acknowledged is not on it', 1, 'TG_STATE_RETURNED'],
  ])('goes on from a medium that came back, where what it had open cannot be read and %s', async (_what, more, end) => {
    // More than SQLite keeps in memory.
    await store.save([snapshotOf('large', 5, 6_000_000)]);
    cpSync(folder, `${folder}.old`, { recursive: true });
    for (let i = 0; i < more; i++) expect(await append()).toBeUndefined();
    renameSync(folder, `${folder}.away`);
    for (const name of ['state.sqlite', 'state.sqlite-wal']) truncateSync(join(`${folder}.away`, name));
    renameSync(`${folder}.old`, folder);
    expect([await append(), await append()]).toEqual(['failed', end]);
    if (end === undefined) {
      expect(await foundAfterKill()).toEqual({ streams: ['a', 'b', 'large'], batches: upTo(BATCHES + 1) });
    }
  });

  it('reads on from what it had open, wherever that is', async () => {
    rmSync(folder, { recursive: true });
    expect((await store.load(streamId('b')))?.position).toBe(4);
    expect((await readAll(store)).batches).toHaveLength(BATCHES);
    expect(await store.list()).toHaveLength(2);
  });

  it('takes a batch again whose answer was that it did not get there', async () => {
    rmSync(folder, { recursive: true });
    expect(await append()).toBe('failed');
    await store.save([snapshotOf('a', 7)]);
    expect(await append()).toBeUndefined();
    expect((await readAll(store)).batches.map(({ first }) => first)).toEqual(upTo(BATCHES + 1));
  });
}

describeEngines('the path of a store on the calling thread', (engine) =>
  suite((where) => createInlineStore({ folder: where, engine, ...SETTINGS })),
);

describe('the path of a store on its own thread', () =>
  suite((where) => createStore({ folder: where, entry: BUILT_ENTRY, ...SETTINGS })));

describe.skipIf(!canMount())('a medium that is unmounted (needs the right to mount)', () => {
  const mount = (): void => void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', base]);
  const unmount = (): void => void execFileSync('umount', ['-l', base]);

  describeEngines('under a store', (engine) => {
    beforeEach(async () => {
      mount();
      store = createInlineStore({ folder, engine, ...SETTINGS });
      await store.open();
      await fill();
    });

    it('is noticed; everything is written to where the path leads now', async () => {
      unmount();
      expect([await append(), await append()]).toEqual(['failed', undefined]);
      expect(await foundAfterKill()).toEqual({ streams: ['a', 'b'], batches: upTo(BATCHES + 1) });
    });

    it('takes what was stored meanwhile, once it is mounted again', async () => {
      const elsewhere = `${base}.bound`;
      mkdirSync(elsewhere);
      execFileSync('mount', ['--bind', base, elsewhere]);
      try {
        unmount();
        expect([await append(), await append(), await append()]).toEqual(['failed', undefined, undefined]);
        execFileSync('mount', ['--bind', elsewhere, base]);
        expect([await append(), await append()]).toEqual(['failed', undefined]);
        expect(await foundAfterKill()).toEqual({ streams: ['a', 'b'], batches: upTo(BATCHES + 3) });
        await store.close();
      } finally {
        unmount();
        execFileSync('umount', ['-l', elsewhere]);
        rmSync(elsewhere, { recursive: true });
      }
    });
  });
});
