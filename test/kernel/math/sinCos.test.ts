import { expect, it } from 'vitest';
import { cos, sin } from '../../../src/kernel/math/sinCos.ts';
import { worstError, worstGoldenError } from './worstError.ts';

it('keep their promised absolute error against high-precision values', () => {
  expect(worstGoldenError('sin', sin, true)).toBeLessThanOrEqual(3e-16);
  expect(worstGoldenError('cos', cos, true)).toBeLessThanOrEqual(3e-16);
});

it('agree with the platform up to a million radians', () => {
  for (const limit of [1, 7, 1e3, 1e5, 1e6]) {
    expect(worstError(sin, Math.sin, -limit, limit, true)).toBeLessThanOrEqual(3e-16 + 1.2e-16);
    expect(worstError(cos, Math.cos, -limit, limit, true)).toBeLessThanOrEqual(3e-16 + 1.2e-16);
  }
});

it('err beyond that no more than the spacing of their argument explains', () => {
  for (const x of [1.1e6, 1e8, 1e10, 1e12]) {
    expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThanOrEqual(x * 2e-16);
    expect(Math.abs(cos(-x) - Math.cos(-x))).toBeLessThanOrEqual(x * 2e-16);
  }
});

it('meet their edges', () => {
  expect(sin(0)).toBe(0);
  expect(sin(-0)).toBe(-0);
  expect(sin(5e-324)).toBe(5e-324);
  expect(cos(0)).toBe(1);
  expect(cos(5e-324)).toBe(1);
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(sin(x)).toBeNaN();
    expect(cos(x)).toBeNaN();
  }
  expect(Math.abs(sin(1e300))).toBeLessThanOrEqual(1);
});
