import { expect, it } from 'vitest';
import { clip, rate } from '../../src/learner/exponential.ts';

it('starts as a plain mean and then forgets', () => {
  expect([1, 2, 4, 5, 1000].map((n) => rate(n, 1 / 4))).toEqual([1, 1 / 2, 1 / 4, 1 / 4, 1 / 4]);
});

it.each([
  [3, 3],
  [-3, -3],
  [7, 6],
  [-7, -6],
  [Number.POSITIVE_INFINITY, 6],
  [Number.NEGATIVE_INFINITY, -6],
  [Number.NaN, 0],
])('limits %d to %d', (x, limited) => {
  expect(clip(x, 6)).toBe(limited);
});
