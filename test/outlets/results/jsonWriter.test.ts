import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputBytes } from '../../../src/domain/outputBytes.ts';
import { JsonWriter } from '../../../src/outlets/results/jsonWriter.ts';

const json = new JsonWriter();

function textOf(write: () => void): string {
  const out = new OutputBytes(2);
  out.reserve(3);
  out.bytes.set([1, 2, 3]);
  out.length = 3;
  json.begin(out);
  write();
  json.end();
  expect([...out.bytes.subarray(0, 3)]).toEqual([1, 2, 3]);
  return out.bytes.toString('latin1', 3, out.length);
}

const number = (value: number): void => json.number(Float64Array.of(0, value), 1);
const written = (value: number): string => textOf(() => number(value));

test.each([
  0,
  -0,
  1,
  -1,
  0.5,
  10,
  100.25,
  123_456_789,
  999_999_999,
  999_999_999.5,
  1e9,
  1e21,
  1.5e-7,
  5e-324,
  0.001,
  0.000_999_9,
  0.1 + 0.2,
  0.0001,
  0.0012,
  7.05,
  -9.5,
  10.0001,
  99_999.9999,
  99_999.99995,
  100_000.5,
  1 / 3,
  4_294_967_296,
  -2_147_483_649,
])('%s is what JSON.stringify makes of it', (value) => {
  expect(written(value)).toBe(JSON.stringify(value));
});

test.each([Number.NaN, Infinity, -Infinity])('%s is null', (value) => {
  expect(written(value)).toBe('null');
});

test('writes any number as JSON.stringify does', () => {
  const decimal = fc
    .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: 0, max: 12 }))
    .map(([whole, decimals]) => whole / 10 ** decimals);
  void fc.assert(
    fc.property(fc.oneof(decimal, fc.double(), fc.float(), fc.integer()), (value) => {
      expect(written(value)).toBe(JSON.stringify(value));
    }),
    { numRuns: 5000 },
  );
});

test('joins the pieces, however long they are, behind what is there, and begins anew with each text', () => {
  const long = 'x'.repeat(3000);
  const text = textOf(() => {
    json.raw('{"a":"');
    json.raw(long);
    json.raw('","b":');
    number(-12.25);
    json.raw('}');
  });
  expect(text).toBe(`{"a":"${long}","b":-12.25}`);
  const numbers = textOf(() => {
    for (let i = 0; i < 1000; i++) number(i);
  });
  expect(numbers).toBe(Array.from({ length: 1000 }, (_, i) => i).join(''));
  expect(textOf(() => undefined)).toBe('');
});

test.each([
  ['a moment of now', Date.UTC(2026, 10, 23, 7, 12, 31, 402)],
  ['one before 1970', -1],
  ['one after the year 9999', 253_402_300_800_000],
  ['the first', -8.64e15],
  ['the last', 8.64e15],
])('writes %s as Date does', (_, at) => {
  expect(textOf(() => json.time(Float64Array.of(at), 0))).toBe(JSON.stringify(new Date(at)));
});

test('has null for no moment, and none for one that Date cannot hold', () => {
  expect(textOf(() => json.time(Float64Array.of(Number.NaN), 0))).toBe('null');
  expect(() => json.time(Float64Array.of(8.64e15 + 1), 0)).toThrow(RangeError);
});
