import { describe, expect, it } from 'vitest';
import { ChangeScale } from '../../src/learner/changeScale.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal } from '../support/series.ts';

const CHANGES = makeSeries(2500, 3, (row, random) => (1 + row / 500) * normal(random));

it.each([1, 2, 1000, 2500])('is the weighted root mean square of %i changes', (n) => {
  const scale = new ChangeScale();
  for (const change of CHANGES.slice(0, n)) scale.update(change);
  let kept = 1;
  let meanSquare = 0;
  for (let i = n; i >= 1; i--) {
    const alpha = Math.max(1 / i, 1 / 1000);
    meanSquare += alpha * kept * (CHANGES[i - 1] as number) ** 2;
    kept *= 1 - alpha;
  }
  expect(scale.scale(0)).toBeCloseTo(Math.sqrt(meanSquare), 8);
});

it('is never below the floor', () => {
  const scale = new ChangeScale();
  expect(scale.scale(1e-9)).toBe(1e-9);
  scale.update(0);
  expect(scale.scale(0.05)).toBe(0.05);
  scale.update(3);
  expect(scale.scale(0.05)).toBeGreaterThan(1);
});

describe('its state', () => {
  statefulContract({
    create: () => new ChangeScale(),
    advance: (scale, row) => scale.update(CHANGES[row] as number),
    observe: (scale) => [scale.scale(0)],
    cuts: [0, 1, 50],
    tail: 20,
  });
});
