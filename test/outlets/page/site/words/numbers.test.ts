import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { Numbers, UNKNOWN } from '../../../../../src/outlets/page/site/words/numbers.ts';

const english = new Numbers(['en-GB']);
const german = new Numbers(['de-DE']);

test.each([
  [6.484, 2, '6.48', '6,48'],
  [-58, 0, '\u221258', '\u221258'],
  [-0.04, 1, '0.0', '0,0'],
  [1590, 0, '1,590', '1.590'],
  [null, 2, UNKNOWN, UNKNOWN],
  [Number.NaN, 2, UNKNOWN, UNKNOWN],
  [Number.POSITIVE_INFINITY, 2, UNKNOWN, UNKNOWN],
])('writes %s with %i decimals in the notation of the viewer', (value, decimals, inEnglish, inGerman) => {
  expect([english.format(value, decimals), german.format(value, decimals)]).toEqual([inEnglish, inGerman]);
});

it('writes units, shares, signs and bytes; what is not known is a dash alone', () => {
  expect(english.withUnit(6.5, 1, 'mm/s')).toBe('6.5\u00a0mm/s');
  expect(english.withUnit(6.5, 1, '')).toBe('6.5');
  expect(english.withUnit(null, 1, 'mm/s')).toBe(UNKNOWN);
  expect(english.percent(0.1934)).toBe('19\u00a0%');
  expect(english.percent(null)).toBe(UNKNOWN);
  expect([english.signed(43.94, 1), english.signed(-8.4, 1), english.signed(0.01, 1)]).toEqual([
    '+43.9',
    '\u22128.4',
    '0.0',
  ]);
  expect([0, 999, 3200, 165_000_000, 2.5e12].map((bytes) => english.bytes(bytes))).toEqual([
    '0\u00a0B',
    '999\u00a0B',
    '3.2\u00a0kB',
    '165\u00a0MB',
    '2.5\u00a0TB',
  ]);
});

it('throws at no number, no decimals and no language, and never writes NaN', () => {
  fc.assert(
    fc.property(fc.double(), fc.integer({ min: -5, max: 400 }), fc.array(fc.string()), (value, decimals, locales) => {
      const numbers = new Numbers(locales);
      const text = [
        numbers.format(value, decimals),
        numbers.percent(value),
        numbers.signed(value, decimals),
        numbers.bytes(value),
      ].join();
      expect(text).not.toMatch(/NaN|undefined|-|∞/);
    }),
  );
});
