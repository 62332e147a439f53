import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRepresentable, toEpochMs, toIsoTime } from '../../src/domain/time.ts';

test('writes UTC with milliseconds', () => {
  expect(toIsoTime(toEpochMs(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(toIsoTime(toEpochMs(Date.UTC(2026, 10, 23, 7, 12, 31, 402)))).toBe('2026-11-23T07:12:31.402Z');
});

test('drops what is finer than a millisecond', () => {
  expect(toIsoTime(toEpochMs(1.999))).toBe('1970-01-01T00:00:00.001Z');
});

test('writes every moment that is representable', () => {
  for (const at of [-8.64e15, -1, 8.64e15]) {
    expect(isRepresentable(at)).toBe(true);
    expect(() => toIsoTime(toEpochMs(at))).not.toThrow();
  }
});

test.each([8.64e15 + 1, -8.64e15 - 1, Number.NaN, Infinity, -Infinity, 1e300])('%s is not representable', (at) => {
  expect(isRepresentable(at)).toBe(false);
});

test('is what Date writes, in whatever order moments are asked for', () => {
  const moment = fc.oneof(
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
    fc.integer({ min: -120_000, max: 120_000 }),
    fc.double({ min: 1.7e12, max: 1.7e12 + 180_000, noNaN: true }),
  );
  void fc.assert(
    fc.property(fc.array(moment), (moments) => {
      for (const at of moments) expect(toIsoTime(toEpochMs(at))).toBe(new Date(at).toISOString());
    }),
  );
});

test.each([8.64e15 + 1, Number.NaN, Infinity])('%s has no text', (at) => {
  toIsoTime(toEpochMs(8.64e15));
  expect(() => toIsoTime(toEpochMs(at))).toThrow(RangeError);
});
