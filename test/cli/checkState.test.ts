import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { encodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { temporaryFolder } from '../contract/stateStoreContract.ts';
import { runInProcess } from '../support/runInProcess.ts';
import { noisySine, toHorizons, toSteps } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  const store = createInlineStore({ folder: join(folder, 'state'), reserveBytes: 0, segmentBytes: 65_536 });
  await store.open();
  await store.save([
    stateOf('s/same', 16),
    stateOf('s/large', 32),
    { ...stateOf('s/broken', 16), bytes: new Uint8Array(9) },
  ]);
  await store.save([stateOf('elsewhere', 16)]);
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function stateOf(stream: string, hidden: number) {
  const settings = makeSettings({ horizons: toHorizons(1), model: { hidden, experts: ['last_value', 'lstm_direct'] } });
  const learner = new StreamLearner(createPlainKernel(), settings);
  for (const step of toSteps(noisySine(20))) learner.step(step);
  return {
    stream: stream as StreamId,
    position: 0,
    bytes: encodeStreamState({ cursor: null, learner: learner.snapshot() }),
  };
}

async function check(options: string, ...args: readonly string[]): Promise<{ exit: number; out: string }> {
  writeFileSync(
    join(folder, 'c.yaml'),
    `mqtt: {server: "mqtt://localhost"}\nstate: {dir: state}\nstreams: [{topic: "s/#", model: {experts: [last_value, lstm_direct], ${options}}}]\n`,
  );
  const { exit, both: out } = await runInProcess(folder, ['check', '-c', 'c.yaml', ...args]);
  return { exit, out };
}

it('tells beside a state what becomes of each stream', async () => {
  const { exit, out } = await check('hidden: 16');
  expect(exit).toBe(0);
  expect(out).toContain('1 streams as they are, 1 under other settings');
  expect(out).toMatch(/s\/large +adapted +hidden 32 → 16/);
  expect(out).toContain('adapted: goes on without a part');
  expect(out).toContain('not for sure; kept: elsewhere');
  expect(out).toContain('cannot be read: s/broken');
});

it('tells it as JSON too', async () => {
  const { out } = await check('hidden: 32, cell: rnn', '--json');
  const { state } = JSON.parse(out);
  expect(state.unreadable).toEqual(['s/broken']);
  expect(state.streams).toMatchObject([
    { stream: 's/large', state: 'anew', changes: ['cell lstm → rnn'], anew: ['lstm_direct'], classes_kept: false },
    { stream: 's/same', state: 'anew', changes: ['cell lstm → rnn', 'hidden 16 → 32'] },
  ]);
});

it('says nothing of learning where there is none, and why where it cannot be told', async () => {
  rmSync(join(folder, 'state'), { recursive: true });
  const { exit, out } = await check('hidden: 16');
  expect(exit).toBe(0);
  expect(out).not.toContain('learning in');
  expect(JSON.parse((await check('hidden: 16', '--json')).out).state).toBeNull();
});
