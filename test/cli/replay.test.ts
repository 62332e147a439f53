import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../contract/stateStoreContract.ts';
import { runInProcess } from '../support/runInProcess.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

it('names the columns where none was chosen', async () => {
  const file = join(folder, 'power.csv');
  writeFileSync(file, 'time;power;state\n1;2;on\n2;3;on\n');
  const { exit, err } = await runInProcess(folder, ['replay', file]);
  expect(exit).toBe(64);
  expect(err).toContain(`--value: name the column of the readings; ${file} has "time", "power", "state"`);
  expect((await runInProcess(folder, ['replay', join(folder, 'none.csv')])).exit).toBe(66);
});

it('goes on from a state of other settings, and says what becomes of it', async () => {
  const file = join(folder, 'power.csv');
  writeFileSync(file, `time,power\n${Array.from({ length: 300 }, (_, i) => `${60 * i},${i % 7}\n`).join('')}`);
  const replay = (hidden: number) =>
    runInProcess(folder, [
      'replay',
      file,
      '--value',
      'power',
      '--state',
      join(folder, 's'),
      '--set',
      `model.hidden=${hidden}`,
    ]);
  expect((await replay(8)).err).not.toContain('learning');
  const { exit, err } = await replay(16);
  expect(exit).toBe(0);
  expect(err).toContain('learning kept under other settings, and grown');
  expect(err).toContain('hidden 8 → 16');
});
