import { expect, it } from 'vitest';
import { unitBeside } from '../../../../src/adapters/payload/dialects/namedList.ts';

it.each([
  ['°C', '°C'],
  ['1/min', '1/min'],
  ['m3', 'm3'],
  ['12:58:00', undefined],
  ['2026-03-10T12:58:00Z', undefined],
  ['21.5', undefined],
  ['', undefined],
  [7, undefined],
])('takes %j beside a value for the unit %j', (unit, expected) => {
  expect(unitBeside({ value: 3, unit })).toBe(expected);
});
