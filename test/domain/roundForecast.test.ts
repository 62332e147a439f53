import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundForecast } from '../../src/domain/roundForecast.ts';

test('keeps nine significant digits', () => {
  expect(roundForecast(1 / 3)).toBe(0.333333333);
  expect(roundForecast(-1234567890.6)).toBe(-1234567890);
  expect(roundForecast(123456789.5)).toBe(123456790);
  expect(roundForecast(0.1 + 0.2)).toBe(0.3);
  expect(roundForecast(6.62607015e-34)).toBe(6.62607015e-34);
});

test('is finite, near, and the same when done twice', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  void fc.assert(
    fc.property(finite, (value) => {
      const rounded = roundForecast(value);
      expect(Number.isFinite(rounded)).toBe(true);
      // Denormal numbers have fewer digits than nine.
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(Math.abs(value) * 5e-9 + Number.MIN_VALUE);
      expect(roundForecast(rounded)).toBe(rounded);
    }),
  );
});
