import { expect, it } from 'vitest';
import { tanh } from '../../../src/kernel/math/tanh.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { worstError, worstGoldenError } from './worstError.ts';

it('keeps its promised relative error against high-precision values', () => {
  expect(worstGoldenError('tanh', tanh)).toBeLessThanOrEqual(7e-16);
});

it('agrees with the platform over its whole range', () => {
  // Math.tanh may be two units in the last place off.
  for (const [low, high] of [
    [-25, 25],
    [-1, 1],
    [-1e-6, 1e-6],
    [-4e-9, 4e-9],
  ]) {
    expect(worstError(tanh, Math.tanh, low, high)).toBeLessThanOrEqual(7e-16 + 4.5e-16);
  }
});

it('is odd to the bit and never above 1', () => {
  const random = createRandom(3);
  for (let n = 0; n < 20_000; n++) {
    const x = random.uniform(0, 24);
    expect(tanh(-x) === -tanh(x) && tanh(x) <= 1).toBe(true);
  }
});

it('meets its edges', () => {
  expect(tanh(0)).toBe(0);
  expect(tanh(-0)).toBe(-0);
  expect(tanh(5e-324)).toBe(5e-324);
  expect(tanh(1e-10)).toBe(1e-10);
  expect(tanh(1e308)).toBe(1);
  expect(tanh(Number.POSITIVE_INFINITY)).toBe(1);
  expect(tanh(Number.NEGATIVE_INFINITY)).toBe(-1);
  expect(tanh(Number.NaN)).toBeNaN();
});
