import { expect, test } from 'vitest';
import { shownDecimals } from '../../src/domain/shownDecimals.ts';

test.each([
  ['a whole number', 5, 0, 0],
  ['a whole number of a sensor with tenths', 21, 0.1, 1],
  ['hundredths', 21.25, 0, 2],
  ['a printed float with tenths', 21.299999237060547, 0.099999, 1],
  ['a printed float that never changed', 21.299999237060547, 0, 3],
  ['a very fine one', 1e-9 + 1 / 3, 1e-9, 6],
  ['no reading', Number.NaN, 0, 3],
])('%s', (_, value, resolution, decimals) => {
  expect(shownDecimals(value, resolution)).toBe(decimals);
});
