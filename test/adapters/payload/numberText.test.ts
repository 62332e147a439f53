import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumberText } from '../../../src/adapters/payload/numberText.ts';

const read = (text: string): unknown => readNumberText(text, undefined);

describe('readNumberText', () => {
  it.each([
    ['0', 0],
    ['-1.5', -1.5],
    ['+2', 2],
    ['.5', 0.5],
    ['5.', 5],
    ['1E-3', 0.001],
    [' 21.5\n', 21.5],
    ['3.4e38', 3.4e38],
    ['-1e308', -1e308],
    ['9'.repeat(40), 1e40],
  ])('reads %j', (text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each(['.', '+', 'e5', '1e', '--1', '1 2', '1\u00a0', '５', '1.2.3', '0b1', '1n', '1,234.5', '\t'])(
    'takes %j for no number',
    (text) => {
      expect(read(text)).toBe('not-a-number');
    },
  );

  it.each(['', 'NaN', '-nan', 'NULL', 'None', 'unavailable', 'unknown', 'Offline', ' null\n'])(
    'takes %j for a sensor without a value',
    (text) => {
      expect(read(text)).toBe('missing');
    },
  );

  it.each(['inf', '+Infinity', '-INF', '1.8e308', `${'9'.repeat(120)}e300`])('refuses %j as not finite', (text) => {
    expect(read(text)).toBe('not-finite');
  });

  it('gives plus zero for minus zero and for subnormal numbers', () => {
    for (const text of ['-0', '-0.0', '-1e-320', '5e-324']) expect(Object.is(read(text), 0)).toBe(true);
  });

  it('looks a text up exactly first, then in lower case, and leaves numbers alone', () => {
    const map = new Map([
      ['on', 1],
      ['ON', 2],
      ['5', 9],
      ['unknown', 3],
    ]);
    const texts = ['on', 'ON', 'On', '5', 'unknown', 'off'];
    expect(texts.map((text) => readNumberText(text, map))).toEqual([1, 2, 1, 5, 3, 'not-a-number']);
  });

  it('reads back every finite number that JavaScript writes', () => {
    const values = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((v) => v === 0 || Math.abs(v) > 1e-307);
    void fc.assert(fc.property(values, (value) => void expect(read(String(value))).toBe(value === 0 ? 0 : value)));
  });

  it('answers at once on long runs of digits with junk behind', () => {
    const text = `${'1'.repeat(120)}x`;
    const huge = `${'1'.repeat(5_000_000)}x`;
    const before = process.cpuUsage();
    for (let i = 0; i < 100; i++) expect([read(text), read(huge)]).toEqual(['not-a-number', 'not-a-number']);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
