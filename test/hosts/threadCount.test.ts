import { expect, it } from 'vitest';
import { threadCount } from '../../src/hosts/threadCount.ts';

it.each([
  ['auto', 1, 1],
  ['auto', 2, 1],
  ['auto', 4, 3],
  ['auto', 64, 8],
  [0, 4, 0],
  [5, 4, 5],
] as const)('%s on %d cores are %d threads', (threads, cores, count) => {
  expect(threadCount(threads, cores)).toBe(count);
});

it('knows this machine', () => {
  expect(threadCount('auto')).toBeGreaterThanOrEqual(1);
});
