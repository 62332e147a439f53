import { expect, it } from 'vitest';
import { scheduledLearningRate } from '../../src/model/learningRate.ts';

it.each([
  [0, 1e-3],
  [1000, 1e-3 / Math.SQRT2],
  [8000, 1e-3 / 3],
])('falls with the root of the updates: after %i', (updates, rate) => {
  expect(scheduledLearningRate(updates)).toBeCloseTo(rate, 12);
});

it('never falls below 2e-4, which it reaches after 24 thousand updates', () => {
  expect(scheduledLearningRate(23_000)).toBeGreaterThan(2e-4);
  expect(scheduledLearningRate(25_000)).toBe(2e-4);
  expect(scheduledLearningRate(5_000_000)).toBe(2e-4);
});
