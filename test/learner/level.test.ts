import { describe, expect, it } from 'vitest';
import { Level } from '../../src/learner/level.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { randomWalk } from '../support/series.ts';

const VALUES = randomWalk(3000);

/** Weight of each of n values under α_i = max(1/i, 1/2000), from the recursion unrolled. */
function weightsOf(n: number): number[] {
  const weights = new Array<number>(n);
  let kept = 1;
  for (let i = n; i >= 1; i--) {
    const alpha = Math.max(1 / i, 1 / 2000);
    weights[i - 1] = alpha * kept;
    kept *= 1 - alpha;
  }
  return weights;
}

it.each([1, 2, 500, 2000, 3000])('is the weighted mean and deviation of %i readings', (n) => {
  const level = new Level();
  const values = VALUES.slice(0, n);
  for (const value of values) level.update(value);
  const weights = weightsOf(n);
  const mean = values.reduce((sum, value, i) => sum + (weights[i] as number) * value, 0);
  const variance = values.reduce((sum, value, i) => sum + (weights[i] as number) * (value - mean) ** 2, 0);
  expect(level.mean).toBeCloseTo(mean, 8);
  expect(level.deviation).toBeCloseTo(Math.sqrt(variance), 8);
});

it('is the plain mean and deviation up to 2000 readings', () => {
  const level = new Level();
  for (const value of [1, 2, 3, 4]) level.update(value);
  expect(level.mean).toBeCloseTo(2.5, 12);
  expect(level.deviation).toBeCloseTo(Math.sqrt(1.25), 12);
});

it('has no deviation while all readings are equal', () => {
  const level = new Level();
  for (let n = 0; n < 100; n++) level.update(0.1);
  expect(level.deviation).toBe(0);
  expect(level.mean).toBe(0.1);
});

describe('its state', () => {
  statefulContract({
    create: () => new Level(),
    advance: (level, row) => level.update(VALUES[row] as number),
    observe: (level) => [level.mean, level.deviation],
    cuts: [0, 1, 50],
    tail: 20,
  });
});
