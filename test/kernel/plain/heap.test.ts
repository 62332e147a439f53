import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { PLAIN_CELLS } from '../../../src/kernel/plain/plainKernel.ts';
import type { HeapGrowth } from './measureHeap.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache/heap-'));

afterAll(() => rmSync(folder, { recursive: true }));

it('makes no array, view, object or closure in step, setTarget and learn', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'test/bench/tsconfig.json'), '--outDir', folder]);
  const program = join(folder, 'test/kernel/plain/measureHeap.js');

  // One thread: when V8 compiles, and so what it inlines, is then the same in every run.
  const growths = JSON.parse(
    execFileSync(
      process.execPath,
      ['--expose-gc', '--single-threaded', '--min-semi-space-size=64', '--max-semi-space-size=64', program],
      { encoding: 'utf8' },
    ),
  ) as HeapGrowth[];

  expect(growths.map(({ cell }) => cell)).toEqual(PLAIN_CELLS);
  // What remains are single numbers (16 bytes each) that V8 puts on the heap where it does not inline the function that
  // takes or returns them: the value of a target, a loss. A view costs about 100 bytes, and a window here has 32 rows.
  for (const { bytesPerStep, bytesPerWindow } of growths) {
    expect(bytesPerStep).toBeLessThan(40);
    expect(bytesPerWindow).toBeLessThan(64);
  }
});
