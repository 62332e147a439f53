import { expect, it } from 'vitest';
import { sigmoid } from '../../../src/kernel/math/sigmoid.ts';
import { worstError, worstGoldenError } from './worstError.ts';

it('keeps its promised relative error against high-precision values', () => {
  expect(worstGoldenError('sigmoid', sigmoid)).toBeLessThanOrEqual(6e-16);
});

it('agrees with its definition over the range of gates', () => {
  expect(worstError(sigmoid, (x) => 1 / (1 + Math.exp(-x)), -700, 700)).toBeLessThanOrEqual(9e-16);
  expect(worstError(sigmoid, (x) => 1 / (1 + Math.exp(-x)), -20, 20)).toBeLessThanOrEqual(9e-16);
});

it('meets its edges', () => {
  expect(sigmoid(0)).toBe(0.5);
  expect(sigmoid(-0)).toBe(0.5);
  expect(sigmoid(40)).toBe(1);
  expect(sigmoid(-800)).toBe(0);
  expect(sigmoid(Number.POSITIVE_INFINITY)).toBe(1);
  expect(sigmoid(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(sigmoid(Number.NaN)).toBeNaN();
});
