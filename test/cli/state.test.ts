import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeExport } from '../../src/adapters/store/snapshots/exportFile.ts';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import type { StateStore } from '../../src/domain/stateStore.ts';
import { encodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { batchOf, bytesOf, snapshotOf, streamId, temporaryFolder } from '../contract/stateStoreContract.ts';
import { type Ran, runInProcess } from '../support/runInProcess.ts';
import { learnerSettings, noisySine, toSteps } from '../support/series.ts';
import { placeOf } from '../support/snapshotEntries.ts';

let folder: string;
let files: string;

beforeEach(async () => {
  folder = temporaryFolder();
  files = temporaryFolder();
  await withStore(async (store) => {
    await store.append(batchOf(1, 10));
    await store.save([snapshotOf('a/b', 4, 3000), snapshotOf('c', 10)]);
    await store.save([snapshotOf('a/b', 8, 3000)]);
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(files, { recursive: true, force: true });
});

/** Stored state of a stream that has learned a little. */
const LEARNER = ((): Uint8Array => {
  const settings = learnerSettings({ model: { experts: ['last_value', 'lstm_direct'], hidden: 4 } });
  const learner = new StreamLearner(createPlainKernel(), settings);
  for (const step of toSteps(noisySine(40))) learner.step(step);
  return learner.snapshot();
})();
const STATE = encodeStreamState({ cursor: null, learner: LEARNER });

function signed(learner: Uint8Array): Uint8Array {
  new DataView(learner.buffer).setUint32(4, crc32(learner.subarray(8)), true);
  return learner;
}

/** The learner with the first number of an array replaced, under a checksum that fits. */
function withNumber(name: string, value: number): Uint8Array {
  const learner = LEARNER.slice();
  new DataView(learner.buffer).setFloat32(placeOf(learner, name), value, true);
  return signed(learner);
}

/** The learner with another text in its schema, under a checksum that fits. */
function withSchema(text: string, becomes: string): Uint8Array {
  const schema = Buffer.from(LEARNER.subarray(16, 16 + new DataView(LEARNER.buffer).getUint32(12, true))).toString();
  expect(schema).toContain(text);
  const bytes = new TextEncoder().encode(schema.replace(text, becomes));
  const rest = LEARNER.subarray(16 + schema.length);
  const learner = new Uint8Array(16 + bytes.length + rest.length);
  learner.set(LEARNER.subarray(0, 12));
  new DataView(learner.buffer).setUint32(12, bytes.length, true);
  learner.set(bytes, 16);
  learner.set(rest, 16 + bytes.length);
  return signed(learner);
}

async function withStore(work: (store: StateStore) => Promise<void>, where = folder): Promise<void> {
  const store = createInlineStore({ folder: where, reserveBytes: 0, segmentBytes: 65_536 });
  await store.open();
  await work(store);
  await store.close();
}

const run = (...args: readonly string[]): Promise<Ran> =>
  runInProcess(files, ['state', ...args], { env: { STATE_DIRECTORY: folder } });

it('lists the streams, as a table and as JSON', async () => {
  const table = await run('list');
  expect(table.exit).toBe(0);
  expect(table.out).toMatch(/^a\/b {2,}20\S+Z +2 +2 +8 +2\.9$/m);
  expect(table.out).toContain(`2 streams in ${folder}`);
  const { streams } = JSON.parse((await run('list', '--json', '--dir', folder)).out);
  expect(streams).toMatchObject([
    { stream: 'a/b', generations: [{ generation: 2, position: 8, bytes: 3000 }, { generation: 1 }] },
    { stream: 'c', generations: [{ generation: 1 }] },
  ]);
});

it('verifies every record, and says with its status what is damaged', async () => {
  const whole = await run('verify');
  expect(whole).toMatchObject({ exit: 0, err: '' });
  expect(whole.out).toMatch(/3 whole, 0 damaged[\s\S]*1 batches whole, 0 gaps[\s\S]*structure: whole/);
  const file = join(folder, 'state.sqlite');
  const bytes = readFileSync(file);
  const place = bytes.indexOf(bytesOf(8, 3000).subarray(100, 130));
  bytes[place] = (bytes[place] as number) ^ 1;
  writeFileSync(file, bytes);
  const damaged = await run('verify', '--json');
  expect(damaged.exit).toBe(65);
  expect(damaged.err).toContain('[TG_STATE_INVALID]');
  expect(JSON.parse(damaged.out)).toMatchObject({ snapshots: 2, damaged_snapshots: 1, journal_gaps: 0, problems: [] });
  expect(readFileSync(file)).toEqual(bytes);
  writeFileSync(file, 'no database');
  expect(await run('verify')).toMatchObject({ exit: 65, out: '' });
});

it('backs all of it up, into the folder or elsewhere', async () => {
  expect((await run('backup')).out).toBe(`${join(folder, 'state.backup.sqlite')}\n`);
  mkdirSync(join(files, 'copy'));
  expect((await run('backup', 'copy/state.sqlite')).exit).toBe(0);
  await withStore(
    async (store) => {
      expect((await store.load(streamId('a/b')))?.bytes).toEqual(bytesOf(8, 3000));
      const positions: number[] = [];
      await store.readJournal(({ last }) => positions.push(last));
      expect(positions).toEqual([10]);
    },
    join(files, 'copy'),
  );
});

it("moves one stream's state through a file", async () => {
  await withStore((store) => store.save([{ stream: streamId('a/b'), position: 8, bytes: STATE }]));
  expect((await run('export', 'a/b', 'stream.tgs')).exit).toBe(0);
  const other = join(files, 'other');
  expect(await run('import', 'stream.tgs', '--dir', other)).toMatchObject({ exit: 0 });
  expect(await run('import', 'stream.tgs', '--as', 'c')).toMatchObject({ exit: 0, err: '' });
  await withStore(async (store) => {
    // It stands for all that this journal has of the stream.
    expect(await store.load(streamId('c'))).toMatchObject({ position: 11, generation: 2, bytes: STATE });
  });
  await withStore(async (store) => {
    expect(await store.load(streamId('a/b'))).toMatchObject({ position: 1, bytes: STATE });
  }, other);
});

it('goes back to a state of before, and to the one of then with the same command', async () => {
  const next = encodeStreamState({ cursor: { at: 7 }, learner: LEARNER });
  await withStore((store) => store.save([{ stream: streamId('a/b'), position: 9, bytes: STATE }]));
  await withStore((store) => store.save([{ stream: streamId('a/b'), position: 10, bytes: next, keep: [9, 8] }]));
  expect(await run('former', 'a/b')).toMatchObject({
    exit: 0,
    err: '',
    out: `a/b: generation 3, ${STATE.length} bytes\n`,
  });
  await withStore(async (store) => {
    // The order is in the journal, so that nothing of before is undone or learned again beside it.
    expect(await store.load(streamId('a/b'))).toMatchObject({ position: 11, generation: 5, bytes: STATE });
    expect(await store.load(streamId('a/b'), 5)).toMatchObject({ position: 10, generation: 4, bytes: next });
    const positions: number[] = [];
    await store.readJournal(({ first }) => positions.push(first));
    expect(positions).toEqual([1, 11]);
  });
  expect(await run('former', 'a/b')).toMatchObject({ exit: 0, out: expect.stringContaining('generation 4') });
  expect(await run('former', 'a/b', '--generation', '5')).toMatchObject({
    exit: 0,
    out: expect.stringContaining('generation 5'),
  });
  await withStore(async (store) => expect((await store.load(streamId('a/b')))?.bytes).toEqual(STATE));
});

it('goes back to nothing that is not there, or that no learner can go on from', async () => {
  const before = await run('list', '--json');
  for (const args of [['never'], ['a/b', '--generation', '9'], ['a/b', '--generation', '2000000']])
    expect(await run('former', ...args)).toMatchObject({
      exit: 66,
      out: '',
      err: expect.stringContaining('no such state'),
    });
  // What is kept of it is no state.
  expect(await run('former', 'a/b')).toMatchObject({ exit: 65, out: '' });
  for (const number of ['0', '-1', '1.5', 'x'])
    expect(await run('former', 'a/b', `--generation=${number}`)).toMatchObject({ exit: 64 });
  expect((await run('list', '--json')).out).toBe(before.out);
});

it('takes over only what a learner can go on from, under a name that a stream can have', async () => {
  const stored = { stream: streamId('a/b'), generation: 1, position: 3 };
  const store = (name: string, bytes: Uint8Array, stream = 'a/b'): void =>
    writeFileSync(join(files, name), encodeExport({ ...stored, stream: streamId(stream), bytes }, 0));
  store('whole', STATE);
  store('junk', bytesOf(8, 3000));
  store('no learner', encodeStreamState({ cursor: null, learner: new Uint8Array(0) }));
  store('no time', encodeStreamState({ cursor: { at: 1e300 }, learner: LEARNER }));
  store(
    'not finite',
    encodeStreamState({ cursor: null, learner: withNumber('panel.lstm_direct.network.weights', Number.NaN) }),
  );
  store('huge', encodeStreamState({ cursor: null, learner: withSchema('"hidden":4', '"hidden":9e9') }));
  store('other schema', encodeStreamState({ cursor: null, learner: withSchema('"cell"', '"bell"') }));
  store('no schema', encodeStreamState({ cursor: null, learner: withSchema('{"horizons', '}"horizons') }));
  store('bad name', STATE, '../../x#+');
  const other = join(files, 'other');
  const whole = await run('import', 'whole', '--dir', other);
  expect(whole).toMatchObject({ exit: 0, err: '' });
  for (const name of ['junk', 'no learner', 'no time', 'not finite', 'huge', 'other schema', 'no schema', 'bad name']) {
    expect(await run('import', name, '--dir', other)).toMatchObject({ exit: 65, out: '' });
    expect((await run('import', name, '--dir', other)).err).toContain('[TG_STATE_INVALID]');
  }
  for (const name of ['../../x#+', '', 'a'.repeat(300), 'a/forecast', 'bridge/x', 'a\0']) {
    expect(await run('import', 'whole', '--as', name, '--dir', other)).toMatchObject({ exit: 64, out: '' });
  }
  expect(await run('import', 'bad name', '--as', 'x', '--dir', other)).toMatchObject({ exit: 0 });
  expect(await run('import', '/dev/zero', '--dir', other)).toMatchObject({ exit: 65 });
  const { streams } = JSON.parse((await run('list', '--json', '--dir', other)).out);
  expect(streams.map(({ stream }: { stream: string }) => stream)).toEqual(['a/b', 'x']);
});

it('overwrites no file of others, and leaves what looks like a draft', async () => {
  for (const name of ['precious', 'precious.tmp']) writeFileSync(join(files, name), 'x');
  symlinkSync(join(files, 'precious'), join(files, 'link'));
  symlinkSync(join(files, 'nowhere'), join(files, 'dangling'));
  for (const name of ['precious', 'link', 'dangling']) {
    for (const args of [
      ['backup', name],
      ['export', 'a/b', name],
      ['export', 'c', name, '--format', 'safetensors'],
    ]) {
      const { exit, err } = await run(...args);
      expect(exit).toBe(args.includes('safetensors') ? 65 : 74);
      expect(err).toContain(args.includes('safetensors') ? 'TG_STATE_INVALID' : 'exists already; it is left alone');
    }
  }
  expect((await run('backup', 'copy')).exit).toBe(0);
  expect(readdirSync(files).sort()).toEqual(['copy', 'dangling', 'link', 'precious', 'precious.tmp']);
  for (const name of ['precious', 'precious.tmp']) expect(readFileSync(join(files, name), 'utf8')).toBe('x');
  expect(statSync(join(files, 'copy')).mode & 0o777).toBe(0o600);
});

it("writes a stream's weights as safetensors, where it has any", async () => {
  await withStore((store) => store.save([{ stream: streamId('net'), position: 11, bytes: STATE }]));
  expect((await run('export', 'net', 'net.safetensors', '--format', 'safetensors')).exit).toBe(0);
  expect(readFileSync(join(files, 'net.safetensors'), 'latin1')).toContain('"lstm_direct.weight_hh_l0"');
  expect(await run('export', 'c', 'c.safetensors', '--format', 'safetensors')).toMatchObject({ exit: 65 });
  expect(existsSync(join(files, 'c.safetensors'))).toBe(false);
});

it('leaves an existing file alone, and says what it cannot find or read', async () => {
  writeFileSync(join(files, 'there'), 'x');
  expect(await run('export', 'a/b', 'there')).toMatchObject({ exit: 74 });
  expect(await run('export', 'never', 'file')).toMatchObject({ exit: 66 });
  expect(existsSync(join(files, 'file'))).toBe(false);
  expect(await run('import', 'there')).toMatchObject({ exit: 65 });
  expect(await run('import', 'nowhere')).toMatchObject({ exit: 66 });
  const empty = await run('list', '--dir', files);
  expect(empty).toMatchObject({ exit: 66 });
  expect(empty.err).toContain('there is no state in');
});

it.each([['list'], ['verify'], ['backup'], ['export', 'a/b', 'file'], ['import', 'stream.tgs'], ['former', 'a/b']])(
  '%s ends with 75 while a daemon has the folder',
  async (...args) => {
    await withStore((store) => store.save([{ stream: streamId('a/b'), position: 8, bytes: STATE }]));
    await run('export', 'a/b', 'stream.tgs');
    await withStore(async () => {
      const { exit, err } = await run(...args);
      expect(exit).toBe(75);
      expect(err).toContain(`process ${process.pid} is using it`);
    });
  },
);
