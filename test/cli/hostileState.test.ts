import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeExport } from '../../src/adapters/store/snapshots/exportFile.ts';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import { encodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { batchOf, streamId, temporaryFolder } from '../contract/stateStoreContract.ts';
import { runInProcess } from '../support/runInProcess.ts';
import { learnerSettings, noisySine, toSteps } from '../support/series.ts';

/** The commands end with these where a file is damaged, and never as for a bug of ours. */
const UNDERSTOOD = [0, 65, 66];
const RUNS = process.env['TIDEGATE_LONG'] === undefined ? 40 : 1000;
const TIMEOUT = { timeout: 1_200_000 };

const LEARNER = ((): Uint8Array => {
  const settings = learnerSettings({ model: { experts: ['last_value', 'lstm_direct'], hidden: 4, replay: 0 } });
  const learner = new StreamLearner(createPlainKernel(), settings);
  for (const step of toSteps(noisySine(30))) learner.step(step);
  return learner.snapshot();
})();
const STATE = encodeStreamState({ cursor: { at: 5 }, learner: LEARNER });
/** Bytes of the envelope, before the learner's. */
const HEAD_BYTES = STATE.length - LEARNER.length;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<{ exit: number; err: string }> {
  return await runInProcess(folder, ['state', ...args]);
}

async function expectUnderstood(...args: readonly string[]): Promise<number> {
  const { exit, err } = await run(...args);
  if (!UNDERSTOOD.includes(exit)) throw new Error(`${args.join(' ')}: exit ${exit}: ${err}`);
  return exit;
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const noise = fc.record({ place, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) });
const damage = fc.record({ noises: fc.array(noise, { maxLength: 4 }), kept: fc.oneof(fc.constant(1), place) });

function spoil(bytes: Uint8Array, { noises, kept }: { noises: { place: number; bytes: Uint8Array }[]; kept: number }) {
  const spoilt = bytes.slice(0, Math.ceil(kept * bytes.length));
  for (const { place, bytes: by } of noises) {
    const at = Math.floor(place * spoilt.length);
    spoilt.set(by.subarray(0, spoilt.length - at), at);
  }
  return spoilt;
}

/** The learner's own sum fits again. */
function signed(state: Uint8Array): Uint8Array {
  if (state.length < HEAD_BYTES + 8) return state;
  new DataView(state.buffer).setUint32(HEAD_BYTES + 4, crc32(state.subarray(HEAD_BYTES + 8)), true);
  return state;
}

async function store(bytes: Uint8Array): Promise<void> {
  const open = createInlineStore({ folder: join(folder, 'state'), reserveBytes: 0, segmentBytes: 65_536 });
  await open.open();
  await open.save([{ stream: streamId('a'), position: 1, bytes }]);
  await open.append(batchOf(1, 1));
  await open.close();
}

it('an import of a spoilt file ends with 65 and takes nothing over', TIMEOUT, async () => {
  const stored = { stream: streamId('a'), generation: 1, position: 3 };
  await fc.assert(
    fc.asyncProperty(damage, fc.boolean(), async (how, isSigned) => {
      const spoilt = isSigned
        ? encodeExport({ ...stored, bytes: signed(spoil(STATE, how)) }, 0)
        : spoil(encodeExport({ ...stored, bytes: STATE }, 0), how);
      writeFileSync(join(folder, 'file'), spoilt);
      const exit = await expectUnderstood('import', 'file', '--dir', 'imported');
      const whole = encodeExport({ ...stored, bytes: STATE }, 0);
      if (!isSigned && Buffer.compare(spoilt, whole) !== 0) expect(exit).toBe(65);
    }),
    { numRuns: 2 * RUNS },
  );
});

it('an export of a spoilt state ends with 65, whatever its sums say', TIMEOUT, async () => {
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      await store(signed(spoil(STATE, how)));
      for (const format of ['state', 'safetensors']) {
        rmSync(join(folder, 'out'), { force: true });
        await expectUnderstood('export', 'a', 'out', '--format', format, '--dir', 'state');
      }
    }),
    { numRuns: RUNS },
  );
});

it('a header that names a later format of SQLite is damage', TIMEOUT, async () => {
  await store(STATE);
  const file = join(folder, 'state', 'state.sqlite');
  const bytes = readFileSync(file);
  // The schema format number of the database header: 1 to 4.
  bytes.writeUInt32BE(5, 44);
  writeFileSync(file, bytes);
  for (const command of ['list', 'verify']) expect((await run(command, '--dir', 'state')).exit).toBe(65);
});

it('a look at a spoilt folder ends with 65, and touches nothing', TIMEOUT, async () => {
  const names = ['state.sqlite', 'journal.1'];
  await store(STATE);
  const whole = names.map((name) => readFileSync(join(folder, 'state', name)));
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(1), async (how, which) => {
      for (const [i, name] of names.entries()) writeFileSync(join(folder, 'state', name), whole[i] as Buffer);
      const file = join(folder, 'state', names[which] as string);
      const spoilt = spoil(new Uint8Array(whole[which] as Buffer), how);
      writeFileSync(file, spoilt);
      for (const command of ['list', 'verify']) await expectUnderstood(command, '--dir', 'state');
      rmSync(join(folder, 'out'), { force: true });
      await expectUnderstood('export', 'a', 'out', '--dir', 'state');
      expect(Buffer.compare(readFileSync(file), spoilt)).toBe(0);
    }),
    { numRuns: RUNS },
  );
});
