import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_READING, isValidReading, narrowValid } from '../../src/domain/validReadings.ts';

const valid = { min: -40, max: 60, not: [-127, 85, 0.1, -99.9, 1e300] };

describe('a valid reading', () => {
  it('is within the bounds, both included', () => {
    expect([-40, 60, 0, -40.000001, 60.000001].map((value) => isValidReading(value, valid))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('is none of the faults, as a number or as its nearest 32-bit float', () => {
    const all = { ...ANY_READING, not: valid.not };
    const asFloats = [-127, 85, 0.1, Math.fround(0.1), Number('-99.90000153'), Number('85.000')];
    expect(asFloats.map((value) => isValidReading(value, all))).toEqual(asFloats.map(() => false));
    expect([85.00001, -126.99, 0.1001, -99.8999].every((value) => isValidReading(value, all))).toBe(true);
  });

  it('keeps the neighbours of a large whole number', () => {
    const counter = { ...ANY_READING, not: [4_294_967_295] };
    expect(isValidReading(4_294_967_295, counter)).toBe(false);
    expect(isValidReading(4_294_967_294, counter)).toBe(true);
    expect(isValidReading(4_294_967_296, counter)).toBe(true);
  });

  it('is anything where nothing is said', () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (value) => isValidReading(value, ANY_READING)));
  });
});

describe('what a field says of its own', () => {
  it('takes the place of what its entry says, option by option', () => {
    expect(narrowValid(valid, { max: 10 })).toEqual({ ...valid, max: 10 });
    expect(narrowValid(valid, { min: 0, not: [5] })).toEqual({ min: 0, max: 60, not: [5] });
  });
});
