import { describe, expect, it } from 'vitest';
import { judgeFirst } from '../../src/learner/firstJudgement.ts';
import { constant, counter, makeSeries, noisySine, normal, squareWave, twoValued } from '../support/series.ts';

const ROOM = makeSeries(30, 1, (_, random) => 21 + 0.1 * normal(random));

describe('finds no fault', () => {
  it.each<[string, readonly number[]]>([
    ['in a noisy sine', noisySine(30)],
    ['in a counter', counter(30)],
    ['where nothing moves', constant(30)],
    ['in a pump that is on half of the time', squareWave(30)],
    ['in a switch', twoValued(30, 3, 0.5)],
    ['in two levels of which neither is rare', [...ROOM.slice(0, 15), ...ROOM.slice(15).map((value) => value + 500)]],
    ['where there are too few readings', [...ROOM.slice(0, 10), 1e6]],
    [
      'in a burst whose readings differ',
      [...constant(7, 0.1), 0.2, 29.1, 92.4, 89.3, 89.8, 20.2, ...constant(17, 0.1)],
    ],
    ['in bursts that come again', [...ROOM.slice(0, 7), 500, 500, ...ROOM.slice(9, 20), 500, ...ROOM.slice(21)]],
    ['in one slow journey', [...makeSeries(29, 1, (_, random) => 200 + 25 * normal(random)), 4416]],
    ['in a jump of 125 usual changes', [...constant(25, 0).map((_, row) => row % 2), 125]],
  ])('%s', (_, readings) => {
    expect(judgeFirst(readings)).toBeUndefined();
  });
});

describe.each([-127, 85, 0, 65_535, 1e30])('finds %d', (fault) => {
  it.each([
    ['the first reading', 0, 1],
    ['the last one', 29, 1],
    ['ten in the middle', 12, 10],
    ['three at the beginning', 0, 3],
  ])('as %s, and what the others agree on', (_, from, length) => {
    const readings = ROOM.map((value, row) => (row >= from && row < from + length ? fault : value));
    const usual = judgeFirst(readings);
    const others = readings.filter((value) => value !== fault);
    expect(usual).toMatchObject({ low: Math.min(...others), high: Math.max(...others), first: others[0] });
    expect(usual?.step).toBeGreaterThan(0.03);
    expect(usual?.step).toBeLessThan(0.2);
  });
});

it('finds nine faults where most readings repeat the one before', () => {
  const readings = [...constant(12, 1.2), 1.3, ...constant(5, 1.2), 1.1, 1.2, 1.2, ...constant(9, -3420)];
  expect(judgeFirst(readings)).toMatchObject({ low: 1.1, high: 1.3, first: 1.2 });
});

it('finds three where nothing else moves', () => {
  expect(judgeFirst([...constant(20, 21), ...constant(3, -127), ...constant(7, 21)])).toMatchObject({
    low: 21,
    high: 21,
  });
});

it('does not look at what no sensor can mean', () => {
  expect(judgeFirst([...ROOM.slice(0, 28), 1e300, -1e300])).toBeUndefined();
});
