import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../src/adapters/payload/quickKey.ts';
import { quickField, quickNumber } from '../../../src/adapters/payload/quickNumber.ts';

const KEY = keysOf(['v'])[0] as Uint8Array;
const REFUSED = keysOf(['time', 'ts']);
const AROUND = '9';

/** Finds a number in bytes that are not alone in their block. */
function within(text: string, find: (bytes: Uint8Array, start: number, end: number) => number): number {
  const bytes = new TextEncoder().encode(AROUND + text + AROUND);
  return find(bytes, AROUND.length, bytes.length - AROUND.length);
}

const field = (text: string): number =>
  within(text, (bytes, start, end) => quickField(bytes, start, end, KEY, REFUSED));
const plain = (text: string): number => within(text, quickNumber);

const decimals = fc
  .record({ sign: fc.constantFrom('', '-'), whole: fc.nat(1e9), fraction: fc.option(fc.stringMatching(/^\d{1,9}$/)) })
  .map(({ sign, whole, fraction }) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
const numbers = fc.oneof(
  { weight: 4, arbitrary: decimals },
  { weight: 1, arbitrary: fc.double().map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('01', '-', '1.', '.5', '+1', '1e3', '-0', '0.0', '00', '1_0', '123456789012345678'),
  },
);
const names = fc.constantFrom('v', 'unit', 'battery_low', 'time', 'ts', 'vv', '', 'ü', 'a\\"b', '__proto__');
const values = fc.oneof(
  { weight: 3, arbitrary: numbers },
  fc.constantFrom('true', 'false', 'null', '"celsius"', '"a,b}"', '"\\n"', '"ü"', '{}', '[1]', '{"v":1}', 'nul', '"'),
);
const blanks = fc.constantFrom('', '', '', ' ', '  ', '\n');

describe('quickNumber', () => {
  it('finds what Number finds, or leaves it', () => {
    fc.assert(
      fc.property(numbers, blanks, (text, blank) => {
        for (const one of [text, text + blank, blank + text]) {
          const found = plain(one);
          if (!Number.isNaN(found)) expect(Object.is(found, Number(one))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the numbers that sensors send', () => {
    for (const text of ['0', '-0', '21', '21.5', '-127', '0.001', '1013.25', '123456789.012345', '100000000000000'])
      expect(Object.is(plain(text), Number(text))).toBe(true);
  });
});

describe('quickField', () => {
  it('finds what JSON.parse finds in any text, or leaves it: what JSON.parse refuses is always left', () => {
    const pairs = fc.array(fc.tuple(names, values, blanks, blanks), { maxLength: 5 });
    const ends = fc.constantFrom('}', '}', '}', '', '},', '}}', '} ', ',}');
    fc.assert(
      fc.property(pairs, ends, blanks, (all, end, blank) => {
        const text = `{${blank}${all.map(([name, value, a, b]) => `"${name}":${a}${value}${b}`).join(`,${blank}`)}${end}`;
        const found = field(text);
        if (Number.isNaN(found)) return;
        const root = JSON.parse(text);
        expect(Object.is(found, root.v)).toBe(true);
        expect(Object.keys(root).some((name) => ['time', 'ts'].includes(name))).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('finds it in what sensors send', () => {
    const usual = '{"v":21.537,"unit":"celsius","battery_low":false,"site":"hall-3"}';
    const python = '{"unit": "C", "v": -3.25, "ok": null, "n": 7}';
    expect([usual, python, '{"v":5}'].map(field)).toEqual([21.537, -3.25, 5]);
  });

  it.each([
    ['no key', '{"w":1}'],
    ['the key twice', '{"v":1,"v":2}'],
    ['the key spelled with an escape', '{"\\u0076":1,"v":2}'],
    ['a text in its place', '{"v":"1"}'],
    ['a key that is refused', '{"v":1,"ts":2}'],
    ['nesting', '{"v":1,"w":{"x":1}}'],
    ['many digits', '{"v":0.1234567890123456}'],
    ['something behind', '{"v":1}{'],
    ['no end', '{"v":1'],
    ['an array', '[{"v":1}]'],
    ['nothing', ''],
  ])('leaves %s', (_, text) => {
    expect(field(text)).toBe(Number.NaN);
  });
});
