import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listNumericFields } from '../../../src/tools/discover/numericFields.ts';
import { RULES } from './rules.ts';

const fieldsOf = (json: unknown, topic = 'a') =>
  Object.fromEntries(listNumericFields(topic, JSON.stringify(json), RULES).map(({ path, value }) => [path, value]));

test('reads a plain number, and none where it is housekeeping', () => {
  expect(listNumericFields('a', '21.5', RULES)).toEqual([{ path: undefined, value: 21.5 }]);
  expect(listNumericFields('rtl_433/channel', '3', RULES)).toEqual([]);
});

test('reads the numbers of nested objects and of arrays of phases by their dotted paths', () => {
  expect(fieldsOf({ ENERGY: { Power: 62, Voltage: [231, 0] }, 'switch:0': { apower: 12.9 } })).toEqual({
    'ENERGY.Power': 62,
    'ENERGY.Voltage.0': 231,
    'ENERGY.Voltage.1': 0,
    'switch:0.apower': 12.9,
  });
});

test('goes three levels deep and no deeper', () => {
  expect(fieldsOf({ a: { b: { c: 1, phases: [2], d: { e: 3 } } } })).toEqual({ 'a.b.c': 1, 'a.b.phases.0': 2 });
});

test('passes over texts, booleans and housekeeping, with all below it', () => {
  expect(fieldsOf({ state: 'ON', on: true, none: null, linkquality: 90, update: { version: 7 }, power: 3 })).toEqual({
    power: 3,
  });
});

test('leaves out what a configuration could not name', () => {
  const hostile = JSON.parse('{"__proto__":{"a":1},"constructor":2,"":3,".x":4,"a..b":5,"\\ud800":6,"a.b":7,"ok":8}');

  expect(listNumericFields('a', JSON.stringify(hostile), RULES).map(({ path }) => path)).toEqual(['a.b', 'ok']);
});

test('reads the first of an array of records', () => {
  expect(fieldsOf([{ v: 1 }, { v: 2 }])).toEqual({ v: 1 });
});

test('looks at a bounded number of members', () => {
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i]));

  expect(Object.keys(fieldsOf(wide))).toHaveLength(2_000);
});

test('never throws and gives only finite numbers, whatever arrives', () => {
  void fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (text) => {
      for (const { value } of listNumericFields('a', text, RULES)) expect(Number.isFinite(value)).toBe(true);
    }),
  );
});
