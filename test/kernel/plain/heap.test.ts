import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { NetShape } from '../../../src/kernel/kernel.ts';
import { PLAIN_CELLS } from '../../../src/kernel/plain/plainKernel.ts';

/** One of the measurements that the program prints. */
interface HeapGrowth {
  readonly cell: NetShape['cell'];
  readonly bytesPerStep: number;
  readonly bytesPerWindow: number;
}

// It measures what was built: `npm run build` first, as `npm test` does.
const PROGRAM = fileURLToPath(new URL('measureHeap.mjs', import.meta.url));

it('makes no array, view, object or closure in step, setTarget and learn', () => {
  // One thread: when V8 compiles, and so what it inlines, is then the same in every run.
  const growths = JSON.parse(
    execFileSync(
      process.execPath,
      ['--expose-gc', '--single-threaded', '--min-semi-space-size=64', '--max-semi-space-size=64', PROGRAM],
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
