import { describe, expect, it } from 'vitest';
import type { Random } from '../../src/kernel/random.ts';
import { Interval } from '../../src/learner/interval.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { laplace, makeSeries, normal } from '../support/series.ts';

const ROWS = 20_000;

/** Scores an error against the half-width that was issued, NaN where none was. */
function score(interval: Interval, error: number, change: number, halfWidth: number, resolution: number): void {
  interval.score(error, change, Math.abs(error) > halfWidth, !Number.isNaN(halfWidth), resolution);
}

/** Scores one error after the other, each against the half-width issued just before it. */
function track(interval: Interval, errors: readonly number[], change = 1, resolution = 0): boolean[] {
  return errors.map((error) => {
    const halfWidth = interval.halfWidth(resolution);
    score(interval, error, change, halfWidth, resolution);
    return Math.abs(error) <= halfWidth;
  });
}

const share = (inside: readonly boolean[]): number => inside.filter(Boolean).length / inside.length;

describe('the nominal share is inside in the long run', () => {
  it.each<[string, number, (row: number, random: Random) => number]>([
    ['normal errors', 0.9, (_, random) => normal(random)],
    ['heavy tails', 0.9, (_, random) => laplace(random, 3)],
    [
      'errors of five times the size from the middle on',
      0.9,
      (row, random) => (row < ROWS / 2 ? 1 : 5) * normal(random),
    ],
    ['errors of a fifth from the middle on', 0.9, (row, random) => (row < ROWS / 2 ? 1 : 0.2) * normal(random)],
    ['errors that are nearly all small', 0.9, (_, random) => normal(random) ** 5],
    ['half of the normal errors', 0.5, (_, random) => normal(random)],
    ['99 % of the normal errors', 0.99, (_, random) => normal(random)],
  ])('of %s (%d)', (_, nominal, make) => {
    const inside = track(new Interval(nominal), makeSeries(ROWS, 11, make));
    expect(Math.abs(share(inside) - nominal)).toBeLessThan(0.02);
    expect(Math.abs(share(inside.slice(ROWS / 2, ROWS / 2 + 1000)) - nominal)).toBeLessThan(0.04);
  });
});

it('is about as wide as the quantile of the errors', () => {
  const interval = new Interval(0.9);
  track(
    interval,
    makeSeries(ROWS, 2, (_, random) => 4 * normal(random)),
  );
  expect(interval.halfWidth(0) / 4).toBeGreaterThan(1.3);
  expect(interval.halfWidth(0) / 4).toBeLessThan(2.1);
});

it('follows a burst of errors at once and comes back after it', () => {
  const interval = new Interval(0.9);
  const quiet = makeSeries(2000, 3, (_, random) => normal(random));
  track(interval, quiet);
  const before = interval.halfWidth(0);
  track(
    interval,
    quiet.slice(0, 20).map((error) => 10 * error),
  );
  expect(interval.halfWidth(0)).toBeGreaterThan(3 * before);
  track(interval, quiet);
  expect(interval.halfWidth(0)).toBeLessThan(1.5 * before);
});

it('follows its formula', () => {
  const errors = makeSeries(1200, 4, (row, random) => (row % 97 === 96 ? 30 : 1) * normal(random));
  const interval = new Interval(0.8);
  let q = 1.6;
  let slow = 0;
  let fast = 0;
  errors.forEach((error, row) => {
    const halfWidth = row === 0 ? Number.NaN : q * Math.sqrt(0.5 * slow + 0.5 * fast);
    const issued = interval.halfWidth(0);
    if (row === 0) expect(issued).toBeNaN();
    else expect(issued / halfWidth).toBeCloseTo(1, 9);
    score(interval, error, 1, issued, 0);
    if (row > 0) q = Math.max(q + 0.05 * ((Math.abs(error) > halfWidth ? 1 : 0) - 0.2) * Math.max(q, 0.1), 1e-3);
    if (row < 20) {
      const squares = errors.slice(0, row + 1).map((each) => each * each);
      const kept = squares.sort((a, b) => a - b).slice(0, row === 0 ? 1 : row < 2 ? -1 : -2);
      const limit = 16 * (kept.reduce((sum, square) => sum + square, 0) / kept.length);
      slow = squares.reduce((sum, square) => sum + Math.min(square, limit), 0) / squares.length;
      fast = slow;
      return;
    }
    const square = Math.min(error * error, 16 * (0.5 * slow + 0.5 * fast));
    slow += Math.max(1 / (row + 1), 1 / 500) * (square - slow);
    fast += Math.max(1 / (row + 1), 1 / 50) * (square - fast);
  });
});

describe.each([1, 2, 3])('%i errors that are far off', (length) => {
  it.each([20, 1e3, 1e30])('by %d usual ones leave it less than half as wide again after 50 rows', (size) => {
    const interval = new Interval(0.9);
    const quiet = makeSeries(2000, 3, (_, random) => normal(random));
    track(interval, quiet);
    const before = interval.halfWidth(0);
    track(interval, new Array<number>(length).fill(size));
    track(interval, quiet.slice(0, 50));
    expect(interval.halfWidth(0) / before).toBeLessThan(1.5);
  });
});

it.each([10, 1000])('covers errors that are %d times as large for good within a hundred rows', (factor) => {
  const interval = new Interval(0.9);
  track(
    interval,
    makeSeries(2000, 3, (_, random) => normal(random)),
  );
  const inside = track(
    interval,
    makeSeries(200, 4, (_, random) => factor * normal(random)),
  );
  expect(share(inside.slice(100))).toBeGreaterThan(0.8);
});

describe('before the first error', () => {
  it('has no width and no coverage', () => {
    const interval = new Interval(0.9);
    expect(interval.halfWidth(0.5)).toBeNaN();
    expect(interval.coverage).toBeNaN();
  });

  it('has none to spare while every reading was the same, and forecast', () => {
    const interval = new Interval(0.9);
    score(interval, 0, 0, Number.NaN, 0);
    expect(interval.halfWidth(0)).toBe(0);
    expect(interval.coverage).toBeNaN();
    // The resolution that the first change has.
    for (let row = 0; row < 3; row++) score(interval, 2, 2, interval.halfWidth(2), 2);
    expect(interval.halfWidth(2)).toBeGreaterThan(2);
  });

  it('takes an error that had no interval for its scale alone', () => {
    const interval = new Interval(0.9);
    score(interval, 2, 1, Number.NaN, 0);
    expect(interval.halfWidth(0)).toBeCloseTo(1.6 * 2, 12);
    expect(interval.coverage).toBeNaN();
  });
});

describe('of a quantised sensor', () => {
  it('is at least half the resolution', () => {
    const interval = new Interval(0.9);
    track(interval, new Array(500).fill(1e-6));
    expect(interval.halfWidth(0.1)).toBe(0.05);
    expect(interval.halfWidth(0)).toBeLessThan(1e-4);
  });

  it('learns nothing from rows that neither changed nor fell outside', () => {
    const interval = new Interval(0.9);
    track(
      interval,
      makeSeries(300, 5, (_, random) => normal(random)),
      1,
      0.1,
    );
    const before = saveSnapshot(interval, '');
    for (const error of [0, 0.05, -0.05, 1, -1]) {
      for (const change of [0, 0.05, -0.05]) score(interval, error, change, interval.halfWidth(0.1), 0.1);
    }
    expect(saveSnapshot(interval, '')).toEqual(before);
  });

  it('learns from an unchanged reading that it missed, but counts it in no coverage', () => {
    const interval = new Interval(0.9);
    track(
      interval,
      makeSeries(300, 5, (_, random) => normal(random)),
      1,
      0.1,
    );
    const { coverage } = interval;
    const before = interval.halfWidth(0.1);
    for (let row = 0; row < 50; row++) score(interval, 9, 0, interval.halfWidth(0.1), 0.1);
    expect(interval.coverage).toBe(coverage);
    expect(interval.halfWidth(0.1)).toBeGreaterThan(2 * before);
  });

  it('keeps its share on the rows that change where nine of ten do not', () => {
    const interval = new Interval(0.9);
    const inside: boolean[] = [];
    makeSeries(30_000, 6, (row, random) => {
      const change = row % 10 === 0 ? normal(random) : 0;
      const halfWidth = interval.halfWidth(0.01);
      score(interval, change, change, halfWidth, 0.01);
      if (row % 10 === 0) inside.push(Math.abs(change) <= halfWidth);
      return change;
    });
    expect(Math.abs(share(inside) - 0.9)).toBeLessThan(0.02);
  });
});

it('publishes the coverage of the last 500 changed readings', () => {
  const interval = new Interval(0.9);
  const inside = track(
    interval,
    makeSeries(1234, 7, (_, random) => normal(random)),
  );
  expect(interval.coverage).toBeCloseTo(share(inside.slice(-500)), 12);
});

it('publishes the coverage of as many as there are before that', () => {
  const interval = new Interval(0.9);
  const inside = track(
    interval,
    makeSeries(101, 7, (_, random) => normal(random)),
  );
  expect(interval.coverage).toBeCloseTo(share(inside.slice(1)), 12);
});

it('never shrinks so far that it could not grow again', () => {
  const interval = new Interval(0.9);
  track(
    interval,
    makeSeries(3000, 8, (row) => (row % 500 === 0 ? 1 : 0)),
  );
  expect(interval.halfWidth(0)).toBeGreaterThan(0);
  const inside = track(
    interval,
    makeSeries(3000, 8, (_, random) => normal(random)),
  );
  expect(share(inside.slice(-1000))).toBeGreaterThan(0.86);
});

describe('its state', () => {
  const errors = makeSeries(2000, 9, (_, random) => normal(random));
  statefulContract({
    create: () => new Interval(0.9),
    advance: (interval, row) => void track(interval, [errors[row] as number]),
    observe: (interval) => [interval.halfWidth(0), interval.coverage],
    cuts: [0, 1, 100, 700],
    tail: 600,
  });
});
