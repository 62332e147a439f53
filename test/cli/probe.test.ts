import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { encodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { temporaryFolder } from '../contract/stateStoreContract.ts';
import { classLearner, teach } from '../learner/classify/classifying.ts';
import { cueSeries } from '../support/cueSeries.ts';
import { runInProcess } from '../support/runInProcess.ts';

let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  const learner = classLearner();
  teach(learner, cueSeries(300));
  const bytes = encodeStreamState({ cursor: null, learner: learner.snapshot() });
  const store = createInlineStore({ folder: join(folder, 'state'), reserveBytes: 0, segmentBytes: 65_536 });
  await store.open();
  await store.save([
    { stream: 's/a' as StreamId, position: 0, bytes },
    { stream: 's/broken' as StreamId, position: 0, bytes: bytes.slice(0, 500) },
  ]);
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  return await runInProcess(folder, ['probe', ...args, '--dir', 'state']);
}

describe('tidegate probe', () => {
  it('prints the class, its sum and a bar for each lag', async () => {
    const { exit, out, err } = await run('s/a');
    expect([exit, err]).toEqual([0, '']);
    expect(out).toMatch(/^s\/a at \S+Z\nclass (rest|heat|spin) \(published\), by the network alone \d+\.\d %/);
    for (const title of [
      'rows back',
      'input',
      'older still',
      'model without memory',
      '█',
      'half-life',
      '|c|',
      'Left of an error',
    ])
      expect(out).toContain(title);
    expect(out).not.toContain('\u001b');
  });

  it('prints JSON that sums up, with a row for each lag', async () => {
    const { exit, out } = await run('s/a', '--rows', '64', '--json');
    const probe = JSON.parse(out);
    expect(exit).toBe(0);
    expect(Object.keys(probe)).toEqual([
      'stream',
      'at',
      'answer',
      'unit',
      'baseline',
      'value',
      'carried',
      'change',
      'older',
      'rows',
      'inputs',
      'memory',
    ]);
    expect(Object.keys(probe.memory)).toEqual([
      ...['network', 'cell', 'readings', 'interval_ms', 'half_life', 'units', 'reach'],
    ]);
    expect(Object.keys(probe.memory.units[0])).toEqual(['unit', 'half_life', 'share', 'i', 'f', 'o', 'c']);
    expect(Object.keys(probe.answer)).toEqual(['kind', 'class', 'published', 'probability']);
    expect(Object.keys(probe.rows[0])).toEqual(['lag', 'at', 'share']);
    const sum = probe.rows.reduce((all: number, { share }: { share: number }) => all + share, probe.older);
    expect(Math.abs(sum - probe.change)).toBeLessThan(1e-9 * Math.max(1, Math.abs(probe.change)));
  });

  it.each([
    [64, ['s/a', '--rows', '0'], '--rows'],
    [64, ['s/a', '--network', 'gru'], '--network'],
    [64, ['s/a', '--horizon', '1'], 'neither'],
    [66, ['s/none'], 'no state of a stream'],
    [65, ['s/broken'], 's/broken'],
  ])('ends with %i for %j', async (status, args, text) => {
    const { exit, out, err } = await run(...args);
    expect([exit, out]).toEqual([status, '']);
    expect(err).toContain(text);
  });
});
