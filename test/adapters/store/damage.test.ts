import { cpSync, existsSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../../src/adapters/store/sqlite/database.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import type { StateStore, StoreOpening } from '../../../src/domain/stateStore.ts';
import { batchOf, bytesOf, readAll, snapshotOf, streamId, temporaryFolder } from '../../contract/stateStoreContract.ts';
import { behind, flipBit, overwrite, placeOf } from './behind.ts';
import { describeEngines } from './engines.ts';

let folder: string;
let file: string;
let store: StateStore;
let clock: number;

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'state.sqlite');
  clock = Date.parse('2026-07-01T12:00:00Z');
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describeEngines('a damaged state file', (engine: Engine) => {
  const create = (): StateStore => {
    store = createInlineStore({ folder, engine, reserveBytes: 0, segmentBytes: 65_536 }, () => clock);
    return store;
  };
  const open = (): Promise<StoreOpening> => create().open();

  /** Two generations of `a` and `b` (positions 1 and 2), journal entries 1 to 9, closed. */
  async function fill(): Promise<void> {
    await open();
    for (const position of [1, 2]) await store.save([snapshotOf('a', position), snapshotOf('b', position)]);
    await store.append(batchOf(1, 4));
    await store.append(batchOf(5, 9));
    await store.close();
  }

  /** The stream's position, or undefined; that its bytes are right. */
  async function positionOf(stream: string): Promise<number | undefined> {
    const loaded = await store.load(streamId(stream));
    if (loaded !== undefined) expect(loaded.bytes).toEqual(bytesOf(loaded.position, loaded.bytes.length));
    return loaded?.position;
  }

  it('gives the older generation where the newer one is damaged, and keeps that one', async () => {
    await fill();
    behind(file, engine, (database) => {
      const newer = bytesOf(2, 1000);
      newer[500] = (newer[500] as number) ^ 1;
      database.run("UPDATE snapshot SET body = ? WHERE hex(head) LIKE '%61' AND body = ?", newer, bytesOf(2, 1000));
    });
    await open();
    expect([await positionOf('a'), await positionOf('b')]).toEqual([1, 2]);
    expect(store.traffic().damaged).toBe(1);
    await store.save([snapshotOf('a', 3)]);
    expect([await positionOf('a'), (await store.load(streamId('a'), 2))?.position]).toEqual([3, 1]);
  });

  it('gives nothing where both generations are damaged', async () => {
    await fill();
    behind(file, engine, (database) => database.run('UPDATE snapshot SET body = zeroblob(1000)'));
    await open();
    expect([await positionOf('a'), await positionOf('b')]).toEqual([undefined, undefined]);
    expect(store.traffic().damaged).toBe(4);
  });

  it('tells bodies that changed places, also while it is open', async () => {
    await fill();
    behind(file, engine, (database) => {
      database.run('CREATE TABLE swapped AS SELECT * FROM snapshot');
      database.run('UPDATE snapshot SET body = (SELECT body FROM swapped WHERE swapped.id = 5 - snapshot.id)');
      database.run('DROP TABLE swapped');
    });
    await open();
    // 1 and 4 belong to a and b and hold other positions; 2 and 3 likewise.
    expect([await positionOf('a'), await positionOf('b')]).toEqual([undefined, undefined]);
  });

  it('tells whole rows that changed places by the name inside them', async () => {
    await fill();
    behind(file, engine, (database) => {
      database.run('UPDATE snapshot SET id = id + 100');
      database.run('UPDATE snapshot SET id = 105 - id');
    });
    await open();
    expect([await positionOf('a'), await positionOf('b')]).toEqual([2, 2]);
  });

  it('moves a file that is none aside, and goes on from the backup and the journal', async () => {
    await fill();
    await open();
    await store.backup();
    await store.close();
    overwrite(file, 0, bytesOf(1, 8192));
    clock += 1000;
    const opening = await open();
    expect(opening).toMatchObject({
      lastPosition: 9,
      salvaged: 0,
      movedAside: 'state.sqlite.corrupt-20260701T120001000Z',
    });
    expect(opening.backupOf).toBeGreaterThan(0);
    expect(existsSync(join(folder, opening.movedAside!))).toBe(true);
    expect([await positionOf('a'), await positionOf('b')]).toEqual([2, 2]);
    expect(await readAll(store)).toEqual({ batches: [batchOf(1, 4), batchOf(5, 9)], damaged: 0 });
    await store.close();
    expect((await open()).movedAside).toBeUndefined();
  });

  it('goes on from the backup where the file was cut to nothing', async () => {
    await fill();
    await open();
    await store.backup();
    await store.close();
    truncateSync(file, 0);
    expect((await open()).streams).toHaveLength(2);
  });

  it('keeps what is newer in the damaged file than in the backup', async () => {
    await fill();
    await open();
    await store.backup();
    await store.save([snapshotOf('a', 3), snapshotOf('c', 3)]);
    await store.close();
    // Its structure says that there are more free pages than there are.
    overwrite(file, 36, new Uint8Array([0, 0, 1, 0]));
    const opening = await open();
    expect(opening.salvaged).toBeGreaterThanOrEqual(5);
    expect([await positionOf('a'), await positionOf('b'), await positionOf('c')]).toEqual([3, 2, 3]);
    expect((await store.load(streamId('a'), 3))?.position).toBe(2);
  });

  it('begins anew where nothing can be read and there is no backup', async () => {
    await fill();
    writeFileSync(file, 'no database at all');
    const opening = await open();
    expect(opening).toMatchObject({ streams: [], lastPosition: 9, salvaged: 0 });
    expect(opening.backupOf).toBeUndefined();
    await store.save([snapshotOf('a', 1)]);
  });

  it('keeps at most three damaged files', async () => {
    await fill();
    for (let round = 0; round < 5; round++) {
      writeFileSync(file, `damaged ${round}`);
      await open();
      await store.close();
      clock += 86_400_000;
    }
    const kept = readdirSync(folder).filter((name) => name.includes('corrupt'));
    expect(kept.map((name) => name.slice('state.sqlite.corrupt-'.length, -10))).toEqual(
      ['20260703T', '20260704T', '20260705T'].map((day) => day.slice(0, 9)),
    );
  });

  it('ends a rebuild that was interrupted before and between its renames', async () => {
    await fill();
    const rebuild = join(folder, 'state.rebuild.tmp');
    writeFileSync(rebuild, 'half done');
    expect((await open()).streams).toHaveLength(2);
    await store.close();
    expect(existsSync(rebuild)).toBe(false);
    // Moved aside, but its log was not: that must not be played into the new file.
    cpSync(file, rebuild);
    renameSync(file, `${file}.corrupt-20260701T000000000Z`);
    writeFileSync(`${file}-wal`, bytesOf(3, 5000));
    expect((await open()).streams).toHaveLength(2);
    expect(await positionOf('a')).toBe(2);
  });

  it('says that its structure is damaged while it is open, and can be repaired', async () => {
    // More than the engine keeps in memory.
    const names = Array.from({ length: 600 }, (_, i) => `s${i}`);
    await open();
    await store.save(names.map((name, i) => snapshotOf(name, i, 20_000)));
    await store.close();
    await open();
    // An inner chain of pages that only a load follows.
    const place = placeOf(file, bytesOf(3, 20_000).subarray(8000, 8040));
    overwrite(file, Math.floor(place / 4096) * 4096, new Uint8Array([0x7f, 0xff, 0xff, 0xff]));
    const results = await Promise.allSettled(names.map((name) => store.load(streamId(name))));
    const rejected = results.filter(({ status }) => status === 'rejected');
    const missing = results.filter((result) => result.status === 'fulfilled' && result.value === undefined);
    expect(rejected.length + missing.length).toBe(1);
    for (const result of rejected) expect((result as PromiseRejectedResult).reason).toMatchObject({ fault: 'damaged' });
    expect((await store.repair()).streams).toHaveLength(599);
  });

  it('loses only the end where a bit turns in its write-ahead log', async () => {
    await fill();
    await open();
    await store.save([snapshotOf('a', 3)]);
    await store.save([snapshotOf('a', 4)]);
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    await store.close();
    folder = copy;
    file = join(folder, 'state.sqlite');
    flipBit(`${file}-wal`, placeOf(`${file}-wal`, bytesOf(4, 1000).subarray(100, 140)), 3);
    for (const name of readdirSync(folder)) if (name.startsWith('lock')) rmSync(join(folder, name));
    await open();
    expect([await positionOf('a'), await positionOf('b')]).toEqual([3, 2]);
  });
});
