import { expect, it } from 'vitest';
import { createPool } from './pool.ts';

it('runs at most so many at a time, in order, and goes on after a failure', async () => {
  const inTurn = createPool(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const task = (n: number) => async () => {
    started.push(n);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    if (n === 1) throw new Error('one fails');
    return n;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((n) => inTurn(task(n))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(started).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  expect(await inTurn(task(5))).toBe(5);
});
