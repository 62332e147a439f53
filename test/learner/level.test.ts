import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level } from '../../src/learner/level.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal, randomWalk } from '../support/series.ts';

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

describe('a fault', () => {
  const usual = makeSeries(3000, 1, (_, random) => normal(random));
  const levelOf = (values: readonly number[]): Level => {
    const level = new Level();
    for (const value of values) level.update(value);
    return level;
  };

  it('of any size moves the level by no more than five deviations would, and widens it by as little', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 2500 }),
        fc.double({ min: -1e37, max: 1e37, noNaN: true }),
        (row, value) => {
          const before = levelOf(usual.slice(0, row));
          const level = levelOf([...usual.slice(0, row), value]);
          const alpha = Math.max(1 / (row + 1), 1 / 2000);
          expect(Math.abs(level.mean - before.mean)).toBeLessThanOrEqual(5.001 * alpha * before.deviation);
          expect(level.deviation / before.deviation).toBeLessThanOrEqual(Math.sqrt(1 + 25 * alpha) * 1.001);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([30, 100])(
    'does not keep a level %d deviations away from being followed within 1,500 readings',
    (distance) => {
      const level = levelOf([...usual.slice(0, 1000), ...usual.slice(0, 1500).map((value) => value + distance)]);
      expect(Math.abs(level.mean - distance) / level.deviation).toBeLessThan(1.5);
    },
  );

  it('is not the first change of a series that stood still', () => {
    const level = levelOf([...new Array<number>(100).fill(3), 7]);
    expect(level.deviation).toBeGreaterThan(0.3);
  });
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
