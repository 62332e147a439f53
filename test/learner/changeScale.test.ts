import { describe, expect, it } from 'vitest';
import { ChangeScale } from '../../src/learner/changeScale.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal } from '../support/series.ts';

const CHANGES = makeSeries(2500, 3, (row, random) => (1 + row / 500) * normal(random));

/** The scale after `rows` normal changes of 1. */
function usualScale(rows = 3000, steps = 1): ChangeScale {
  const scale = new ChangeScale(steps);
  for (const change of makeSeries(rows, 3, (_, random) => normal(random))) scale.update(change, 0);
  return scale;
}

it.each([20, 1000, 2500])('is near the weighted root mean square of %i changes', (n) => {
  const scale = new ChangeScale();
  for (const change of CHANGES.slice(0, n)) scale.update(change, 0);
  let kept = 1;
  let meanSquare = 0;
  for (let i = n; i >= 1; i--) {
    const alpha = Math.max(1 / i, 1 / 1000);
    meanSquare += alpha * kept * (CHANGES[i - 1] as number) ** 2;
    kept *= 1 - alpha;
  }
  expect(scale.scale(0) / Math.sqrt(meanSquare)).toBeGreaterThan(0.7);
  expect(scale.scale(0) / Math.sqrt(meanSquare)).toBeLessThan(1.05);
});

describe('faults of any size', () => {
  it.each([100, 1e5, 1e30])('of %d usual changes, four in 1,200 rows, make it wider by less than a fifth', (size) => {
    const scale = usualScale();
    const before = scale.scale(0);
    for (let fault = 0; fault < 4; fault++) {
      for (const change of [size, 0, 0, -size]) scale.update(change, 0);
      for (const change of makeSeries(296, fault, (_, random) => normal(random))) scale.update(change, 0);
    }
    expect(scale.scale(0) / before).toBeLessThan(1.2);
  });

  it('leave no trace at the very beginning', () => {
    const scale = new ChangeScale();
    for (const change of [64, ...CHANGES.slice(0, 19)]) scale.update(change, 0);
    expect(scale.scale(0)).toBeLessThan(2);
  });
});

describe('a lasting change of scale', () => {
  it.each([3, 10, 100, 1000])('by a factor of %d is followed within 1,000 rows', (factor) => {
    const scale = usualScale();
    for (const change of makeSeries(1000, 5, (_, random) => factor * normal(random))) scale.update(change, 0);
    expect(scale.scale(0) / factor).toBeGreaterThan(0.5);
    expect(scale.scale(0) / factor).toBeLessThan(2);
  });

  it.each([1, 5, 50])(
    'is an outlier for hundreds of rows no more: over %i steps to a fifth within 200 rows',
    (steps) => {
      const scale = usualScale(3000, steps);
      for (const change of makeSeries(200, 5, (_, random) => 1000 * normal(random))) scale.update(change, 0);
      expect(scale.scale(0) / 1000).toBeGreaterThan(0.2);
      expect(scale.scale(0) / 1000).toBeLessThan(1.2);
    },
  );

  it.each([1, 5, 50])('is not what one jump of the level makes in each change over %i steps', (steps) => {
    const scale = usualScale(3000, steps);
    const before = scale.scale(0);
    for (const change of makeSeries(steps, 5, (_, random) => 1000 + normal(random))) scale.update(change, 0);
    // Each row counts at most 25 usual squares, a thousandth of it.
    expect(scale.scale(0) / before).toBeLessThan(1.0005 * Math.sqrt(1.024 ** steps));
  });

  it('is not what a fault of ten rows makes, coming and going, over any number of steps', () => {
    for (const steps of [1, 5, 15, 50]) {
      const scale = usualScale(3000, steps);
      const before = scale.scale(0);
      const level = (row: number): number => (row >= 0 && row < 10 ? 1000 : 0);
      for (let row = 0; row < 10 + steps; row++) scale.update(level(row) - level(row - steps), 0);
      expect(scale.scale(0) / before).toBeLessThan(1.0005 * Math.sqrt(1.024 ** 20));
    }
  });

  it('is not one change in a hundred, of any size: a pump that switches keeps the scale of the time in between', () => {
    for (const size of [1e3, 1e6, 1e30]) {
      const scale = usualScale();
      for (let row = 0; row < 20_000; row++) scale.update(row % 100 === 0 ? size : 1, 0);
      expect(scale.scale(0)).toBeGreaterThan(1);
      expect(scale.scale(0)).toBeLessThan(1.3);
    }
  });

  it('is followed where it is every second change', () => {
    const scale = usualScale();
    for (let row = 0; row < 2000; row++) scale.update(row % 2 === 0 ? 1000 : 1, 0);
    expect(scale.scale(0)).toBeGreaterThan(500);
    expect(scale.scale(0)).toBeLessThan(1000);
  });
});

it('is never below the floor', () => {
  const scale = new ChangeScale();
  expect(scale.scale(1e-9)).toBe(1e-9);
  scale.update(0, 0.05);
  expect(scale.scale(0.05)).toBe(0.05);
  for (let row = 0; row < 20; row++) scale.update(3, 0.05);
  expect(scale.scale(0.05)).toBeGreaterThan(1);
});

describe('its state amid a change of scale', () => {
  statefulContract({
    create: () => new ChangeScale(),
    advance: (scale, row) => scale.update((row < 60 ? 1 : 1e3) * (CHANGES[row] as number), 0),
    observe: (scale) => [scale.scale(0)],
    cuts: [60, 75, 95, 100],
    tail: 60,
  });
});

describe('its state', () => {
  statefulContract({
    create: () => new ChangeScale(),
    advance: (scale, row) => scale.update((row % 30 === 29 ? 1e3 : 1) * (CHANGES[row] as number), 0),
    observe: (scale) => [scale.scale(0)],
    cuts: [0, 1, 10, 50, 160],
    tail: 100,
  });
});
