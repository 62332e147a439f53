import { expect, it } from 'vitest';
import { exp, expm1 } from '../../../src/kernel/math/exp.ts';
import { worstError, worstGoldenError } from './worstError.ts';

// Math.exp and Math.expm1 may be off by a unit in the last place themselves.
const PLATFORM = 2.3e-16;

it('exp keeps its promised relative error against high-precision values', () => {
  expect(worstGoldenError('exp', exp)).toBeLessThanOrEqual(3.4e-16);
});

it('exp agrees with the platform over its whole range', () => {
  for (const [low, high] of [
    [-708, 709.78],
    [-1, 1],
    [-1e-5, 1e-5],
  ]) {
    expect(worstError(exp, Math.exp, low, high)).toBeLessThanOrEqual(3.4e-16 + PLATFORM);
  }
});

it('exp meets its edges', () => {
  expect(exp(0)).toBe(1);
  expect(exp(-0)).toBe(1);
  expect(exp(5e-324)).toBe(1);
  expect(exp(Number.NaN)).toBeNaN();
  expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(exp(1e300)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(-1e300)).toBe(0);
});

it('exp overflows and underflows where a float64 ends, not before', () => {
  expect(exp(709.782712893384)).toBeGreaterThan(1.797e308);
  expect(exp(709.782712893384)).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(exp(709.7827128933841)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(-745.133219101941)).toBe(5e-324);
  expect(exp(-745.1332191019412)).toBe(0);
});

it('exp rounds denormal results once', () => {
  expect(worstError(exp, Math.exp, -745.2, -708, true)).toBeLessThanOrEqual(5e-324);
});

it('expm1 keeps its promised relative error against high-precision values', () => {
  expect(worstGoldenError('expm1', expm1)).toBeLessThanOrEqual(6e-16);
});

it('expm1 agrees with the platform, next to zero too', () => {
  for (const [low, high] of [
    [-40, 709],
    [-1, 1],
    [-1e-5, 1e-5],
  ]) {
    expect(worstError(expm1, Math.expm1, low, high)).toBeLessThanOrEqual(6e-16 + PLATFORM);
  }
});

it('expm1 meets its edges', () => {
  expect(expm1(0)).toBe(0);
  expect(expm1(5e-324)).toBe(5e-324);
  expect(expm1(Number.NaN)).toBeNaN();
  expect(expm1(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(expm1(Number.NEGATIVE_INFINITY)).toBe(-1);
  expect(expm1(-50)).toBe(-1);
});
