import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toEpochMs } from '../../../src/domain/time.ts';
import { IsoTimes } from '../../../src/outlets/results/isoTimes.ts';

test('writes what Date writes, in any order of moments', () => {
  const times = new IsoTimes();
  const moment = fc.oneof(
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
    fc.integer({ min: -120_000, max: 120_000 }),
    fc.double({ min: 1.7e12, max: 1.7e12 + 180_000, noNaN: true }),
  );
  void fc.assert(
    fc.property(fc.array(moment), (moments) => {
      for (const at of moments) expect(times.text(toEpochMs(at))).toBe(new Date(at).toISOString());
    }),
  );
});

test.each([8.64e15 + 1, Number.NaN, Infinity])('%s has no text', (at) => {
  const times = new IsoTimes();
  times.text(toEpochMs(8.64e15));
  expect(() => times.text(toEpochMs(at))).toThrow(RangeError);
});
