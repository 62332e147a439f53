import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeExport, encodeExport } from '../../src/adapters/store/snapshots/exportFile.ts';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import { FileExchange } from '../../src/app/exchanging.ts';
import { streamSettings } from '../../src/config/streamSettings.ts';
import type { StateStore } from '../../src/domain/stateStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { encodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import type { AdoptionOutcome } from '../../src/state/adoptions.ts';
import { batchOf, snapshotOf, streamId, temporaryFolder } from '../contract/stateStoreContract.ts';

let folder = '';
let store: StateStore;
let saved: string[] = [];
let exchange: FileExchange;
let adopted: (readonly [string, Uint8Array])[] = [];
let outcome: AdoptionOutcome = 'adopted';
const settings = streamSettings({ defaults: { model: { profile: 'tiny', kernel: 'plain', hidden: 4 } } });
const ports = {
  async adopt(stream: StreamId, state: Uint8Array): Promise<AdoptionOutcome> {
    adopted.push([stream, state]);
    return outcome;
  },
  settingsOf: (stream: StreamId) => (stream === 'nobody' ? undefined : settings),
};

beforeEach(async () => {
  folder = temporaryFolder();
  store = createInlineStore({ folder, reserveBytes: 0, segmentBytes: 65_536 });
  await store.open();
  await store.append(batchOf(1, 10));
  await store.save([snapshotOf('a/b', 4, 3000)]);
  await store.save([snapshotOf('a/b', 8, 3000)]);
  saved = [];
  const saveStream = async (stream: string): Promise<void> => void saved.push(stream);
  adopted = [];
  outcome = 'adopted';
  exchange = new FileExchange({ ...ports, folder, store, durable: { saveStream }, now: () => 1000 });
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
    ...ports,
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

/** The state of a stream that has learned nothing yet. */
function stateOf(of = settings): Uint8Array {
  const learner = new StreamLearner(createPlainKernel(), of).snapshot();
  return encodeStreamState({ cursor: null, learner });
}

describe('an import', () => {
  const place = (name: string, bytes: Uint8Array): void => {
    mkdirSync(join(folder, 'exports'), { recursive: true });
    writeFileSync(join(folder, 'exports', name), bytes);
  };
  const exportOf = (bytes: Uint8Array): Uint8Array =>
    encodeExport({ stream: streamId('a/b'), generation: 3, position: 4, bytes }, 2000);
  const take = (file: string, others: object = {}) =>
    exchange.import({ file, stream: undefined, isAdapted: false, ...others });

  it('gives the state of a file to the stream that it is of, or to another one, saved before', async () => {
    const state = stateOf();
    place('mine', exportOf(state));
    expect(await take('mine')).toEqual({
      ...{ stream: 'a/b', file: 'exports/mine', bytes: state.length, savedAt: '1970-01-01T00:00:02.000Z' },
    });
    await take('mine', { stream: streamId('c') });
    expect(adopted.map(([stream, bytes]) => [stream, Buffer.from(bytes).equals(state)])).toEqual([
      ['a/b', true],
      ['c', true],
    ]);
    expect(saved).toEqual(['a/b', 'c']);
  });

  it('takes one stream out of a backup', async () => {
    const state = stateOf();
    await store.save([{ stream: streamId('a/b'), position: 9, bytes: state }]);
    await store.backup();
    expect(await take('state.backup.sqlite', { stream: streamId('a/b') })).toMatchObject({ bytes: state.length });
    cpSync(join(folder, 'state.backup.sqlite'), join(folder, 'exports/copy'), { recursive: true });
    expect(await take('copy', { stream: streamId('a/b') })).toMatchObject({ file: 'exports/copy' });
    await expect(take('copy')).rejects.toMatchObject({ code: 'TG_REQUEST_INVALID' });
    await expect(take('copy', { stream: streamId('none') })).rejects.toMatchObject({ code: 'TG_REQUEST_FILE' });
    expect(adopted).toHaveLength(2);
  });

  it('refuses what is no state, with a reason and without the path', async () => {
    const whole = exportOf(stateOf());
    place('text', Buffer.from('no state'));
    place('half', whole.subarray(0, whole.length / 2));
    place('other', exportOf(Uint8Array.of(1, 2, 3, 4, 5)));
    place('sqlite', Buffer.from('SQLite format 3\0 and no more'));
    writeFileSync(join(folder, 'secret'), whole);
    symlinkSync(join(folder, 'secret'), join(folder, 'exports/link'));
    mkdirSync(join(folder, 'exports/folder'));
    for (const file of ['text', 'half', 'other', 'sqlite', 'link', 'folder', 'missing']) {
      const error = await take(file, { stream: streamId('a/b') }).catch((thrown: unknown) => thrown);
      expect([file, error]).toEqual([file, expect.objectContaining({ code: 'TG_REQUEST_FILE' })]);
      expect(String(error)).not.toContain(folder);
    }
    expect(adopted).toEqual([]);
  });

  it('refuses a state of another configuration, unless it is to be adapted', async () => {
    const others = streamSettings({ defaults: { model: { profile: 'tiny', kernel: 'plain', hidden: 12 } } });
    place('wide', exportOf(stateOf(others)));
    await expect(take('wide')).rejects.toThrow(/hidden 12/);
    expect(await take('wide', { isAdapted: true })).toMatchObject({ stream: 'a/b' });
    expect(adopted).toHaveLength(1);
    await expect(take('wide', { stream: 'nobody' as StreamId })).rejects.toMatchObject({
      code: 'TG_REQUEST_NO_STREAM',
    });
  });

  it('says so where the stream could not take it', async () => {
    place('mine', exportOf(stateOf()));
    const codes: string[] = [];
    for (outcome of ['unfit', 'no-room', 'not-kept'] as const)
      codes.push(((await take('mine').catch((error: unknown) => error)) as { code: string }).code);
    expect(codes).toEqual(['TG_REQUEST_FILE', 'TG_REQUEST_NOT_KEPT', 'TG_REQUEST_NOT_KEPT']);
  });
});

it('gives a stream the older of its states back, or the one that is named', async () => {
  const [stored] = await store.list();
  const [newest, older] = (stored?.generations ?? []).map(({ generation }) => generation);
  expect(await exchange.former({ stream: streamId('a/b'), generation: undefined })).toMatchObject({
    generation: older,
  });
  expect(await exchange.former({ stream: streamId('a/b'), generation: newest })).toMatchObject({ generation: newest });
  expect(adopted.map(([, bytes]) => Buffer.from(bytes))).toEqual(
    [4, 8].map((position) => Buffer.from(snapshotOf('a/b', position, 3000).bytes)),
  );
  for (const wanted of [
    { stream: streamId('a/b'), generation: 99 },
    { stream: streamId('none'), generation: undefined },
  ])
    await expect(exchange.former(wanted)).rejects.toMatchObject({ code: 'TG_REQUEST_OUT_OF_REACH' });
});
