import { expect, it } from 'vitest';
import { readLabelText } from '../../../src/adapters/payload/labelText.ts';

const MAP = new Map([
  ['ON', 'wash'],
  ['3', 'spin'],
  ['false', 'idle'],
  ['offline', 'idle'],
]);

it.each([
  ['wash', 'wash'],
  [' wash\n', 'wash'],
  ['Wäsche 60 °C', 'Wäsche 60 °C'],
  [3, '3'],
  [true, 'true'],
])('%j is the class %s', (value, name) => {
  expect(readLabelText(value, undefined)).toEqual({ name });
});

it.each([
  ['ON', 'wash'],
  [3, 'spin'],
  ['3', 'spin'],
  [false, 'idle'],
  ['offline', 'idle'],
])('%j is %s by the map', (value, name) => {
  expect(readLabelText(value, MAP)).toEqual({ name });
});

it.each([
  [null, 'missing'],
  ['unavailable', 'missing'],
  ['Unknown', 'missing'],
  ['', 'not-a-label'],
  [' \n', 'not-a-label'],
  [{ a: 1 }, 'not-a-label'],
  [['wash'], 'not-a-label'],
  ['x'.repeat(101), 'label-unknown'],
  ['\ud800', 'label-unknown'],
] as const)('%j is none: %s', (value, reason) => {
  expect(readLabelText(value, undefined)).toEqual({ reason });
});

it('knows no other text than those of the map', () => {
  expect(readLabelText('wash', MAP)).toEqual({ reason: 'label-unknown' });
  expect(readLabelText('unavailable', MAP)).toEqual({ reason: 'missing' });
});
