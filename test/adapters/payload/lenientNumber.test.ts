import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markOf, readLenientNumber } from '../../../src/adapters/payload/lenientNumber.ts';
import { readNumberText } from '../../../src/adapters/payload/numberText.ts';

describe('a number as people write it', () => {
  it.each([
    ['21.5 °C', 21.5],
    ['48%', 48],
    ['21,5', 21.5],
    ['21,5 °C', 21.5],
    ['1,016.76', 1016.76],
    ['1,210.5', 1210.5],
    ['1.210,5', 1210.5],
    ['1 210,5', 1210.5],
    ['1,234,567', 1_234_567],
    ['0,123', 0.123],
    ['−5 W', -5],
    ['12 km/h', 12],
    ['3.2 m³', 3.2],
    ['unavailable', 'missing'],
    ['', 'missing'],
    ['0x1F', 'not-a-number'],
    ['on', 'not-a-number'],
    ['12:30', 'not-a-number'],
    ['2024-03-01', 'not-a-number'],
    ['1.2.3', 'not-a-number'],
    ['1,21,0', 'not-a-number'],
  ])('%s', (text, expected) => {
    expect(readLenientNumber(text, undefined)).toBe(expected);
  });

  it('can mean two numbers, and is one only where the mark is known', () => {
    expect([undefined, 'point', 'comma'].map((mark) => readLenientNumber('1,210', mark as 'comma'))).toEqual([
      'not-a-number',
      1210,
      1.21,
    ]);
    expect(markOf('1,210')).toBe('either');
  });
});

it('takes every number that the strict reader takes for the same', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      expect(readLenientNumber(String(value), undefined)).toEqual(readNumberText(String(value), undefined));
    }),
  );
});

it('reads what a country writes, whatever the number', () => {
  const written = (value: number, locale: string): string =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value);
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH'),
      (cents, locale) => {
        const mark = locale.endsWith('US') || locale.endsWith('CH') ? 'point' : 'comma';
        expect(readLenientNumber(`${written(cents / 100, locale)} kWh`, mark)).toBe(cents / 100 + 0);
      },
    ),
  );
});

it('takes no time for a text of any length', () => {
  for (const text of ['1'.repeat(1e6), `${'1,'.repeat(5e5)}x`, ' '.repeat(1e6)])
    expect(readLenientNumber(text, undefined)).toBe('not-a-number');
});
