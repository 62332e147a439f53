import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database, Engine } from '../../../src/adapters/store/sqlite/database.ts';
import { openDatabase } from '../../../src/adapters/store/sqlite/engine.ts';
import { openFile } from '../../../src/adapters/store/sqlite/openFile.ts';
import { formatOf, MIGRATIONS } from '../../../src/adapters/store/sqlite/schema.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import type { StateStore } from '../../../src/domain/stateStore.ts';
import { snapshotOf, streamId, temporaryFolder } from '../../contract/stateStoreContract.ts';
import { describeEngines } from './engines.ts';
import { hashesOf } from './fileHash.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'state.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Steps of a possible later version. */
const LATER = [...MIGRATIONS, 'CREATE TABLE extra (x); INSERT INTO extra SELECT count(*) FROM snapshot'];

function createStoreOf(engine: Engine): StateStore {
  return createInlineStore({ folder, engine, reserveBytes: 0, segmentBytes: 65_536 });
}

async function withStore(engine: Engine, work: (store: StateStore) => Promise<void>): Promise<void> {
  const store = createStoreOf(engine);
  await store.open();
  await work(store);
  await store.close();
}

/** Opens the closed file behind the store's back. */
function openBehind(engine: Engine): Database {
  const database = openDatabase(file, { engine });
  database.all('PRAGMA locking_mode = EXCLUSIVE');
  return database;
}

function change(engine: Engine, sql: string): void {
  const database = openBehind(engine);
  database.run(sql);
  database.close();
}

describeEngines('formats of the state file', (engine) => {
  it('brings an older file to the present format, with all that is in it', async () => {
    await withStore(engine, (store) => store.save([snapshotOf('a', 7)]));
    const database = openFile(file, engine, LATER);
    expect(formatOf(database)).toBe(2);
    expect(database.all('SELECT x FROM extra')).toMatchObject([{ x: 1 }]);
    database.close();
    openFile(file, engine, LATER).close();
  });

  it('goes through all formats for a new file', () => {
    const database = openFile(file, engine, LATER);
    expect(formatOf(database)).toBe(2);
    database.close();
  });

  it('does not touch a file of a newer version', async () => {
    openFile(file, engine, LATER).close();
    const before = hashesOf(folder, /sqlite/);
    const store = createStoreOf(engine);
    await expect(store.open()).rejects.toMatchObject({ code: 'TG_STATE_NEWER', exit: 65 });
    await store.close();
    expect(hashesOf(folder, /sqlite/)).toEqual(before);
    openFile(file, engine, LATER).close();
  });

  it('leaves a file as it was where a step fails', async () => {
    await withStore(engine, (store) => store.save([snapshotOf('a', 7)]));
    const broken = [...MIGRATIONS, 'CREATE TABLE extra (x); INSERT INTO nowhere VALUES (1)'];
    expect(() => openFile(file, engine, broken)).toThrow(/nowhere/);
    await withStore(engine, async (store) => {
      expect((await store.load(streamId('a')))?.position).toBe(7);
    });
  });

  it('takes a header that contradicts its contents for damage, not for a newer version', async () => {
    await withStore(engine, (store) => store.save([snapshotOf('a', 7)]));
    change(engine, 'PRAGMA user_version = 5');
    const store = createStoreOf(engine);
    expect(await store.open()).toMatchObject({ salvaged: 1, movedAside: expect.stringMatching(/corrupt/) });
    expect((await store.load(streamId('a')))?.position).toBe(7);
    await store.close();
  });

  it("moves another program's file aside, whole", async () => {
    change(engine, 'CREATE TABLE theirs (x)');
    const before = Object.values(hashesOf(folder, /sqlite/));
    const store = createStoreOf(engine);
    const { movedAside } = await store.open();
    await store.close();
    expect(Object.values(hashesOf(folder, /corrupt/))).toEqual(before);
    expect(movedAside).toBeDefined();
  });

  it('does not write over a snapshot of a newer format', async () => {
    await withStore(engine, (store) => store.save([snapshotOf('a', 7)]));
    const database = openBehind(engine);
    const head = database.all('SELECT head FROM snapshot')[0]?.['head'] as Uint8Array;
    const newer = Buffer.from(head);
    newer.writeUInt16LE(2, 8);
    newer.writeUInt32LE(crc32(newer.subarray(8)), 4);
    database.run('UPDATE snapshot SET head = ?', newer);
    database.close();
    const store = createStoreOf(engine);
    await expect(store.open()).rejects.toMatchObject({ code: 'TG_STATE_NEWER' });
    await store.close();
    const again = openBehind(engine);
    expect(Buffer.from(again.all('SELECT head FROM snapshot')[0]?.['head'] as Uint8Array)).toEqual(newer);
    again.close();
  });
});
