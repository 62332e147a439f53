import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decodeExport } from '../../src/adapters/store/snapshots/exportFile.ts';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import { FileExchange } from '../../src/app/exchanging.ts';
import type { StateStore } from '../../src/domain/stateStore.ts';
import { batchOf, snapshotOf, streamId, temporaryFolder } from '../contract/stateStoreContract.ts';

let folder = '';
let store: StateStore;
let saved: string[] = [];
let exchange: FileExchange;

beforeEach(async () => {
  folder = temporaryFolder();
  store = createInlineStore({ folder, reserveBytes: 0, segmentBytes: 65_536 });
  await store.open();
  await store.append(batchOf(1, 10));
  await store.save([snapshotOf('a/b', 4, 3000)]);
  await store.save([snapshotOf('a/b', 8, 3000)]);
  saved = [];
  const saveStream = async (stream: string): Promise<void> => void saved.push(stream);
  exchange = new FileExchange({ folder, store, durable: { saveStream }, now: () => 1000 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const wanted = (file?: string) => ({ stream: streamId('a/b'), format: 'state', file }) as const;

it('writes the newest state of a stream, saved before, into one folder', async () => {
  const { file, bytes, stream } = await exchange.export(wanted());
  expect([saved, stream, file]).toEqual([['a/b'], 'a/b', 'exports/a%2Fb-1000.state']);
  const written = readFileSync(join(folder, file));
  expect(written.length).toBe(bytes);
  const { bytes: body, ...head } = decodeExport(written, file);
  expect(head).toMatchObject({ stream: 'a/b', position: 8 });
  expect(Buffer.from(body).equals(snapshotOf('a/b', 8, 3000).bytes)).toBe(true);
});

it('leaves a file alone that is there, and takes no folder for one', async () => {
  await exchange.export(wanted('mine'));
  await expect(exchange.export(wanted('mine'))).rejects.toMatchObject({ code: 'TG_REQUEST_FILE' });
  writeFileSync(join(folder, 'blocked'), '');
  const other = new FileExchange({
    folder: join(folder, 'blocked'),
    store,
    durable: { saveStream: async () => undefined },
    now: () => 1,
  });
  await expect(other.export(wanted())).rejects.toMatchObject({ code: 'TG_REQUEST_FILE' });
});

it('says so where nothing of the stream is kept, and where it is no state', async () => {
  await expect(exchange.export({ ...wanted(), stream: streamId('none') })).rejects.toMatchObject({
    code: 'TG_REQUEST_NOT_KEPT',
  });
  await expect(exchange.export({ ...wanted(), format: 'safetensors' })).rejects.toMatchObject({
    code: 'TG_REQUEST_FILE',
  });
  expect(readdirSync(folder)).not.toContain('exports');
});

it('is bounded in files', async () => {
  mkdirSync(join(folder, 'exports'));
  for (let i = 0; i < 1000; i++) writeFileSync(join(folder, 'exports', String(i)), '');
  await expect(exchange.export(wanted())).rejects.toThrow('exports is full');
});

it('counts what is whole and what is not', async () => {
  expect(await exchange.verify()).toEqual({
    streams: 1,
    snapshots: 2,
    damagedSnapshots: 0,
    batches: 1,
    journalGaps: 0,
  });
  expect(await exchange.list()).toMatchObject([{ stream: 'a/b', generations: [{ position: 8 }, { position: 4 }] }]);
});
