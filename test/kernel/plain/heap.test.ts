import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { HeapGrowth } from './measureHeap.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache/heap-'));

afterAll(() => rmSync(folder, { recursive: true }));

it('makes no array, view, object or closure in step, setTarget and learn', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'test/bench/tsconfig.json'), '--outDir', folder]);
  const program = join(folder, 'test/kernel/plain/measureHeap.js');

  const growths = JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', program], { encoding: 'utf8' }),
  ) as HeapGrowth[];

  expect(growths.map(({ cell }) => cell)).toEqual(['lstm', 'rnn']);
  // What remains are single numbers (16 bytes each) that V8 puts on the heap where it did not inline the function that
  // takes or returns them; how many differs from run to run. One view costs about 100 bytes; a window here has 32 rows.
  for (const { bytesPerStep, bytesPerWindow } of growths) {
    expect(bytesPerStep).toBeLessThan(64);
    expect(bytesPerWindow).toBeLessThan(256);
  }
}, 60_000);
