import { expect, it } from 'vitest';
import { frozenShape } from '../../src/kernel/shapeSizes.ts';

const GIVEN = { cell: 'lstm', inputSize: 3, hiddenSize: 8, outputSize: 2, rows: 16 } as const;

it('fills in what was left out, in an order of its own, whatever the order of what is given', () => {
  const reversed = Object.fromEntries(Object.entries({ ...GIVEN, headInputSize: 1 }).reverse()) as typeof GIVEN;
  expect(frozenShape(GIVEN)).toEqual({ ...GIVEN, windowRows: 16, headInputSize: 0, keepsActivations: false });
  expect(Object.keys(frozenShape(reversed))).toEqual(Object.keys(frozenShape(GIVEN)));
  expect(frozenShape(reversed).headInputSize).toBe(1);
});

it('can be changed by none, and does not change with what it was made from', () => {
  const given = { ...GIVEN, rows: 16 as number };
  const shape = frozenShape(given);
  given.rows = 99;
  expect(shape.rows).toBe(16);
  expect(Object.isFrozen(shape)).toBe(true);
});
