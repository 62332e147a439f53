import { describe, expect, it } from 'vitest';
import { RangeDetector } from '../../../src/learner/anomaly/rangeDetector.ts';
import { statefulContract } from '../../contract/statefulContract.ts';
import { counter, randomWalk, twoValued } from '../../support/series.ts';

function rangeAfter(values: readonly number[]): RangeDetector {
  const range = new RangeDetector();
  for (const value of values) range.widen(value);
  return range;
}

/** Readings of 0 to 100, `rows` of them. */
const wave = (rows: number): number[] => Array.from({ length: rows }, (_, t) => 10 * Math.abs((t % 20) - 10));

const alertsOf = (values: readonly number[], from: number): number => {
  const range = new RangeDetector();
  let alerts = 0;
  values.forEach((value, t) => {
    if (t >= from && range.newsOf(value, 0) >= 1) alerts++;
    range.widen(value);
  });
  return alerts;
};

it('is 1 at a hundredth of the width outside when it is old, at more while it is young', () => {
  // After n readings 1 % · (1 + 2000/n · (1 + (260/n)⁴)).
  for (const [rows, margin] of [
    [2000, 2.0002856099999997],
    [4000, 1.5000089253125],
    [200, 39.56100000000001],
    [200_000, 1.01],
  ] as const) {
    const range = rangeAfter(wave(rows));
    expect(range.newsOf(100 + margin, 0)).toBeCloseTo(1, 9);
    expect(range.newsOf(-margin, 0)).toBeCloseTo(1, 9);
    expect(range.newsOf(100 + 3 * margin, 0)).toBeCloseTo(3, 9);
    expect(range.newsOf(-margin / 2, 0)).toBeCloseTo(0.5, 9);
  }
});

it('is 0 inside, at the edges, and before the first reading', () => {
  const range = rangeAfter(wave(500));
  expect([0, 50, 100].map((value) => range.newsOf(value, 0))).toEqual([0, 0, 0]);
  expect(new RangeDetector().newsOf(5, 0)).toBe(0);
});

it('says on which side', () => {
  const range = rangeAfter(wave(500));
  expect([range.isAbove(101), range.isAbove(100), range.isAbove(-1)]).toEqual([true, false, false]);
});

describe('a constant', () => {
  it('finds any move of it by more than two hundredths', () => {
    expect(rangeAfter([7, 7, 7]).newsOf(7.2, 0.2)).toBe(Number.POSITIVE_INFINITY);
    expect(rangeAfter([7, 7, 7]).newsOf(6.8, 0.2)).toBe(Number.POSITIVE_INFINITY);
    expect(rangeAfter([0, 0, 0]).newsOf(1e-9, 1e-9)).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes a smaller one for a step of its sensor', () => {
    expect(rangeAfter([7, 7, 7]).newsOf(7.1, 0.1)).toBe(0);
    expect(rangeAfter([100, 100, 100]).newsOf(99, 1)).toBe(0);
  });
});

describe('steps of the sensor', () => {
  it('are none outside a range of many, two of them', () => {
    const range = rangeAfter(wave(4000));
    expect(range.newsOf(102, 1)).toBe(0);
    expect(range.newsOf(102 + 1.5000089253125, 1)).toBeCloseTo(1, 9);
  });

  it('are news outside a range of few: a contact has no third state', () => {
    const contact = rangeAfter(twoValued(4000));
    expect(contact.newsOf(2, 1)).toBeGreaterThan(10);
    expect(contact.newsOf(-1, 1)).toBeGreaterThan(10);
  });

  it('are none of a battery that loses one per cent after the other', () => {
    const levels = Array.from({ length: 40 }, (_, k) => new Array<number>(150).fill(100 - k)).flat();
    const range = new RangeDetector();
    const news = levels.map((level) => {
      const score = range.newsOf(level, 1);
      range.widen(level);
      return score;
    });
    expect(Math.max(...news)).toBeLessThan(1);
  });
});

it('takes the growth of a counter for granted, and most of a walk', () => {
  expect(alertsOf(counter(5000), 200)).toBe(0);
  expect(alertsOf(randomWalk(20_000), 200)).toBeLessThan(40);
});

describe('its state', () => {
  const values = randomWalk(400);
  statefulContract({
    create: () => new RangeDetector(),
    advance: (range, row) => range.widen(values[row] as number),
    observe: (range) => [range.newsOf(300, 0.1), range.newsOf(-300, 0.1), range.isAbove(100)],
    cuts: [0, 1, 200],
    tail: 200,
  });
});
