import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nineDigits } from '../../src/domain/nineDigits.ts';

test('keeps nine significant digits', () => {
  expect(nineDigits(1 / 3)).toBe(0.333333333);
  expect(nineDigits(-1234567890.6)).toBe(-1234567890);
  expect(nineDigits(123456789.5)).toBe(123456790);
  expect(nineDigits(0.1 + 0.2)).toBe(0.3);
  expect(nineDigits(6.62607015e-34)).toBe(6.62607015e-34);
});

test('is finite, near, and the same when done twice', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  void fc.assert(
    fc.property(finite, (value) => {
      const rounded = nineDigits(value);
      expect(Number.isFinite(rounded)).toBe(true);
      // Denormal numbers have fewer digits than nine.
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(Math.abs(value) * 5e-9 + Number.MIN_VALUE);
      expect(nineDigits(rounded)).toBe(rounded);
    }),
  );
});

test('is what toPrecision rounds to, also beside ties and powers of ten', () => {
  const nearTie = fc
    .tuple(fc.integer({ min: 100_000_000, max: 999_999_999 }), fc.integer({ min: -5, max: 12 }), fc.nat(2))
    .map(([whole, exponent, ulps]) => nudge((whole + 0.5) / 10 ** exponent, ulps - 1));
  const nearPower = fc
    .tuple(fc.integer({ min: -5, max: 11 }), fc.integer({ min: -3, max: 3 }))
    .map(([exponent, ulps]) => nudge(10 ** exponent, ulps));
  const value = fc.oneof(
    fc.double({ min: -1e10, max: 1e10, noNaN: true }),
    fc.float({ noNaN: true }),
    nearTie,
    nearPower,
  );
  void fc.assert(
    fc.property(value, fc.boolean(), (size, isNegative) => {
      const signed = isNegative ? -size : size;
      if (Number.isFinite(signed)) expect(nineDigits(signed)).toBe(Number(signed.toPrecision(9)));
    }),
    { numRuns: 5000 },
  );
});

/** The float64 that is `ulps` places further. */
function nudge(value: number, ulps: number): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] = (bits[0] as bigint) + BigInt(ulps);
  return new Float64Array(bits.buffer)[0] as number;
}
