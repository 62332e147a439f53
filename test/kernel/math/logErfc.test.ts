import { expect, it } from 'vitest';
import { logErfc } from '../../../src/kernel/math/logErfc.ts';
import { worstGoldenError } from './worstError.ts';

it('keeps its relative error from -10 to 1e4, next to its zero too', () => {
  expect(worstGoldenError('logErfc', logErfc)).toBeLessThanOrEqual(1e-12);
});

it('falls without a step where series and continued fraction meet', () => {
  for (const seam of [-2, 2]) {
    for (let j = -50; j < 50; j++) expect(logErfc(seam + (j + 1) * 1e-9)).toBeLessThan(logErfc(seam + j * 1e-9));
  }
});

it('meets its edges', () => {
  expect(logErfc(0)).toBe(-0);
  expect(logErfc(-20)).toBe(Math.LN2);
  expect(logErfc(1e200)).toBe(Number.NEGATIVE_INFINITY);
  expect(logErfc(Number.POSITIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
  expect(logErfc(Number.NEGATIVE_INFINITY)).toBe(Math.LN2);
  expect(logErfc(Number.NaN)).toBeNaN();
});
