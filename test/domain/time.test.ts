import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRepresentable, toDurationMs, toEpochMs, toIsoTime } from '../../src/domain/time.ts';

const LIMIT = 8.64e15;

describe('toIsoTime', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [-1, '1969-12-31T23:59:59.999Z'],
    [1_700_000_000_123.9, '2023-11-14T22:13:20.123Z'],
    [LIMIT, '+275760-09-13T00:00:00.000Z'],
  ])('writes %d as %s', (at, text) => {
    expect(toIsoTime(toEpochMs(at))).toBe(text);
  });

  it('reads back as the same moment, to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: -LIMIT, max: LIMIT }), (at) => {
        expect(Date.parse(toIsoTime(toEpochMs(at)))).toBe(at);
      }),
    );
  });
});

describe('isRepresentable', () => {
  it.each([0, -LIMIT, LIMIT, 0.5])('takes %d', (at) => {
    expect(isRepresentable(at)).toBe(true);
  });

  it.each([LIMIT + 1, -LIMIT - 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %d',
    (at) => {
      expect(isRepresentable(at)).toBe(false);
    },
  );

  it('says yes exactly where toIsoTime does not throw', () => {
    fc.assert(
      fc.property(fc.double(), (at) => {
        const write = (): string => toIsoTime(toEpochMs(at));
        if (isRepresentable(at)) expect(write).not.toThrow();
        else expect(write).toThrow(RangeError);
      }),
    );
  });
});

describe('toDurationMs', () => {
  it('keeps fractions', () => {
    expect(toDurationMs(1.25)).toBe(1.25);
  });
});
