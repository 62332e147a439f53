import { expect, it } from 'vitest';
import { log } from '../../../src/kernel/math/log.ts';
import { worstError, worstGoldenError } from './worstError.ts';

it('keeps its promised relative error against high-precision values', () => {
  expect(worstGoldenError('log', log)).toBeLessThanOrEqual(4.5e-16);
});

it('agrees with the platform over its whole range', () => {
  for (const [low, high] of [
    [1e-300, 1e300],
    [1e-9, 3],
    [0.7, 1.5],
    [0.999999, 1.000001],
    [5e-324, 2.3e-308],
  ]) {
    expect(worstError(log, Math.log, low, high)).toBeLessThanOrEqual(4.5e-16 + 2.3e-16);
  }
});

it('agrees with the platform at every power of two', () => {
  for (let x = 5e-324; x < Number.POSITIVE_INFINITY; x *= 2) {
    expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.log(x)));
  }
});

it('meets its edges', () => {
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(-0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(-1)).toBeNaN();
  expect(log(Number.NEGATIVE_INFINITY)).toBeNaN();
  expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(log(Number.NaN)).toBeNaN();
  expect(log(5e-324)).toBeCloseTo(-744.4400719213812, 12);
});
