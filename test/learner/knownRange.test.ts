import { describe, expect, it } from 'vitest';
import { KnownRange } from '../../src/learner/knownRange.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { counter, randomWalk } from '../support/series.ts';

function rangeAfter(values: readonly number[]): KnownRange {
  const range = new KnownRange();
  for (const value of values) range.widen(value);
  return range;
}

/** 0 to 100, so many readings. */
const wave = (rows: number): number[] => Array.from({ length: rows }, (_, t) => 10 * Math.abs((t % 20) - 10));

const alertsOf = (values: readonly number[], from: number): number => {
  const range = new KnownRange();
  let alerts = 0;
  values.forEach((value, t) => {
    if (t >= from && range.newsOf(value) >= 1) alerts++;
    range.widen(value);
  });
  return alerts;
};

it('is 1 at a hundredth of the width outside when it is old, at more while it is young', () => {
  // After n readings 1 % · (1 + 2000/n).
  for (const [rows, margin] of [
    [2000, 2],
    [4000, 1.5],
    [200, 11],
    [200_000, 1.01],
  ] as const) {
    const range = rangeAfter(wave(rows));
    expect(range.newsOf(100 + margin)).toBeCloseTo(1, 9);
    expect(range.newsOf(-margin)).toBeCloseTo(1, 9);
    expect(range.newsOf(100 + 3 * margin)).toBeCloseTo(3, 9);
    expect(range.newsOf(-margin / 2)).toBeCloseTo(0.5, 9);
  }
});

it('is 0 inside, at the edges, and before the first reading', () => {
  const range = rangeAfter(wave(500));
  expect([0, 50, 100].map((value) => range.newsOf(value))).toEqual([0, 0, 0]);
  expect(new KnownRange().newsOf(5)).toBe(0);
});

it('says on which side', () => {
  const range = rangeAfter(wave(500));
  expect([range.isAbove(101), range.isAbove(100), range.isAbove(-1)]).toEqual([true, false, false]);
});

it('finds any move of a constant', () => {
  expect(rangeAfter([7, 7, 7]).newsOf(7.001)).toBe(Number.POSITIVE_INFINITY);
});

it('takes the growth of a counter for granted, and most of a walk', () => {
  expect(alertsOf(counter(5000), 200)).toBe(0);
  expect(alertsOf(randomWalk(20_000), 200)).toBeLessThan(40);
});

describe('its state', () => {
  const values = randomWalk(400);
  statefulContract({
    create: () => new KnownRange(),
    advance: (range, row) => range.widen(values[row] as number),
    observe: (range) => [range.newsOf(300), range.newsOf(-300), range.isAbove(100)],
    cuts: [0, 1, 200],
    tail: 200,
  });
});
