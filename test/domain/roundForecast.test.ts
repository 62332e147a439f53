import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundForecast } from '../../src/domain/roundForecast.ts';

describe('roundForecast', () => {
  it.each([
    [21.123456789, 21.1234568],
    [-0.000123456789012, -0.000123456789],
    [123_456_789_012, 123_456_789_000],
    [0.1 + 0.2, 0.3],
    [20, 20],
    [-0, 0],
    [1e-320, 1e-320],
  ])('rounds %d to %d', (value, rounded) => {
    expect(roundForecast(value) === rounded).toBe(true);
  });

  it('is off by at most half a unit of the ninth digit, stays finite, and changes nothing when done twice', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const rounded = roundForecast(value);
        expect(Number.isFinite(rounded)).toBe(true);
        // Below the smallest normal number a double itself has fewer digits.
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(Math.abs(value) * 5.1e-9 + 5e-324);
        expect(roundForecast(rounded) === rounded).toBe(true);
        expect(
          String(Math.abs(rounded))
            .replace(/e.*|\./g, '')
            .replace(/^0+|0+$/g, '').length,
        ).toBeLessThanOrEqual(9);
      }),
    );
  });
});
