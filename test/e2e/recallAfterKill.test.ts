import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CHILD = new URL('./recallChild.mjs', import.meta.url).pathname;

interface Answers {
  /** Share of right ones. */
  readonly accuracy: number;
  /** Forecast of each stream for the row in which the cue is asked for. */
  readonly means: readonly number[];
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-recall-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function answersOf(mode: 'end' | 'whole' | 'late'): Promise<Answers> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, mode, folder]);
  return JSON.parse(stdout) as Answers;
}

/** Runs until the states are on the medium, and is killed on the way to the question. */
async function dieBetweenCueAndQuestion(): Promise<number | string> {
  const child = spawn(process.execPath, [CHILD, 'begin', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  child.kill('SIGKILL');
  const [code, signal] = await exit;
  return code ?? signal;
}

it('a process that is killed between a cue and the question remembers it as one that was not', async () => {
  expect(await dieBetweenCueAndQuestion()).toBe('SIGKILL');
  const after = await answersOf('end');
  const whole = await answersOf('whole');
  // The same that has learned as much, without what it saw last.
  const late = await answersOf('late');

  expect(after.means).toEqual(whole.means);
  expect(whole.means).toHaveLength(40);
  expect(whole.accuracy).toBeGreaterThanOrEqual(0.95);
  expect(late.accuracy).toBe(0.5);
});
