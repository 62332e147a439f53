import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReturnedFault } from '../../src/learner/returnedFault.ts';
import { constant, counter, makeSeries, noisySine, normal, squareWave, twoValued } from '../support/series.ts';

const ROWS = 50;
const NOISE = makeSeries(ROWS, 1, (_, random) => 21 + normal(random));
const METER = makeSeries(ROWS, 1, (row, random) => 54_321 + 0.02 * row + 0.002 * normal(random));
const COUNTER = counter(ROWS);

/** It runs for two or three rows in ten. */
const FRIDGE = makeSeries(ROWS, 1, (row, random) =>
  row % 10 < 2 + (row % 20 > 10 ? 1 : 0) ? Math.round(85 + 5 * normal(random)) : 0,
);

/** The same readings with others in the place of `length` of them from row `from` on. */
function withFault(values: readonly number[], from: number, length: number, by: (value: number) => number): number[] {
  return values.map((value, row) => (row >= from && row < from + length ? by(value) : value));
}

describe.each([
  ['noise', NOISE, 1],
  ['a total', METER, 0.02],
  ['a total that falls', METER.map((value) => -value), 0.02],
  ['a total of unequal rises', COUNTER, 1.5],
])('in %s', (_, values, step) => {
  it('finds what went away by twenty usual steps and came back, wherever it was', () => {
    const arbitrary = {
      from: fc.integer({ min: 1, max: 30 }),
      length: fc.integer({ min: 1, max: 11 }),
      steps: fc.constantFrom(-1e6, -100, -20, 20, 100, 1e6),
    };
    fc.assert(
      fc.property(fc.record(arbitrary), ({ from, length, steps }) => {
        const fault = findReturnedFault(withFault(values, from, length, (value) => value + steps * step));
        expect(fault).toEqual({ from, to: from + length - 1 });
      }),
    );
  });

  it('finds it once three readings have come after it', () => {
    const faulty = withFault(values, 30, 4, (value) => value + 500 * step);
    for (let rows = 30; rows <= 36; rows++) expect(findReturnedFault(faulty.slice(0, rows))).toBeUndefined();
    expect(findReturnedFault(faulty.slice(0, 37))).toEqual({ from: 30, to: 33 });
  });

  it('does not find what is missing or known already', () => {
    const faulty = withFault(values, 20, 4, () => Number.NaN);
    expect(findReturnedFault(faulty)).toBeUndefined();
    const two = withFault(faulty, 30, 2, (value) => value + 500 * step);
    expect(findReturnedFault(two)).toEqual({ from: 30, to: 31 });
  });
});

it('finds the word for "no reading" that comes first', () => {
  expect(findReturnedFault(withFault(NOISE, 0, 2, () => 85))).toEqual({ from: 0, to: 1 });
  expect(findReturnedFault(withFault(NOISE, 0, 2, () => 86))).toBeUndefined();
});

it('finds the only word among bursts', () => {
  const burst = withFault(NOISE, 5, 3, (value) => value + 60);
  expect(findReturnedFault(withFault(burst, 20, 3, () => -127))).toEqual({ from: 20, to: 22 });
});

describe('finds none', () => {
  it.each<[string, readonly number[]]>([
    ['in a noisy sine', noisySine(ROWS)],
    ['in a counter', counter(ROWS)],
    ['where nothing moves', constant(ROWS)],
    ['in a pump that is on half of the time', squareWave(ROWS)],
    ['in a switch', twoValued(ROWS, 3, 0.5)],
    ['in what was switched on from 0 and off again', withFault(constant(ROWS, 0), 20, 5, () => 800)],
    ['where nothing else moves: the guard knows that', withFault(constant(ROWS, 21), 20, 3, () => 85)],
    ['in a fridge', FRIDGE],
    ['in a fridge that starts with a rest', FRIDGE.slice(3)],
    ['in one step of a coarse sensor', withFault(constant(ROWS, 100), 20, 5, () => 99)],
    [
      'in a burst that comes again',
      withFault(
        withFault(NOISE, 10, 4, (v) => v + 60),
        30,
        4,
        (v) => v + 60,
      ),
    ],
    ['in a level that lasts twelve rows', withFault(NOISE, 20, 12, (value) => value + 60)],
    ['in a level that moves for good', withFault(NOISE, 30, 20, (value) => value + 60)],
    [
      'in a journey to another level',
      withFault(
        withFault(NOISE, 20, 30, (v) => v + 90),
        20,
        3,
        (v) => v - 45,
      ),
    ],
    ['in two bursts of a total', METER.map((value, row) => value + 0.6 * (Number(row >= 20) + Number(row >= 26)))],
    ['in ten usual steps', withFault(NOISE, 20, 3, (value) => value + 8)],
    ['in too few readings', NOISE.slice(0, 1)],
    ['in no reading', []],
  ])('%s', (_, readings) => {
    expect(findReturnedFault(readings)).toBeUndefined();
  });
});
