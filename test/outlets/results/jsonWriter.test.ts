import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonWriter } from '../../../src/outlets/results/jsonWriter.ts';

const json = new JsonWriter();

function written(value: number | null): string {
  json.number(value);
  return json.take();
}

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
  1 / 3,
  4_294_967_296,
  -2_147_483_649,
])('%s is what JSON.stringify makes of it', (value) => {
  expect(written(value)).toBe(JSON.stringify(value));
});

test.each([null, Number.NaN, Infinity, -Infinity])('%s is null', (value) => {
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

test('joins the pieces, however long they are, and begins anew after each text', () => {
  const long = 'x'.repeat(3000);
  json.raw('{"a":"');
  json.raw(long);
  json.raw('","b":');
  json.number(-12.25);
  json.raw('}');
  expect(json.take()).toBe(`{"a":"${long}","b":-12.25}`);
  for (let i = 0; i < 1000; i++) json.number(i);
  expect(json.take()).toBe(Array.from({ length: 1000 }, (_, i) => i).join(''));
  expect(json.take()).toBe('');
});
