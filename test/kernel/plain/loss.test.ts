import { expect, it } from 'vitest';
import { countTargets, huberLoss, squaredLoss } from '../../../src/kernel/plain/loss.ts';
import { expectGradient } from '../finiteDifference.ts';

// Errors in the parabola, on both lines, and one whose target has not arrived.
const y = new Float64Array([0.3, 2, -3, 0.7, 5]);
const target = new Float64Array([0.1, 0, 1, 0.9, Number.NaN]);
const hasTarget = new Uint8Array([1, 1, 1, 1, 0]);
const n = 5;
const count = 4;

it('counts the targets that have arrived, up to n', () => {
  expect(countTargets(hasTarget, 5)).toBe(4);
  expect(countTargets(hasTarget, 2)).toBe(2);
});

it('huber: parabola inside delta, line outside, mean over the arrived targets', () => {
  const loss = huberLoss(new Float64Array(n), y, target, hasTarget, 0.5, count, n);

  // ½·0.2², 0.5·(2 − 0.25), 0.5·(4 − 0.25), ½·0.2²
  expect(loss).toBeCloseTo((0.02 + 0.875 + 1.875 + 0.02) / 4, 14);
});

it('squared: mean of squares over the arrived targets', () => {
  const loss = squaredLoss(new Float64Array(n), y, target, hasTarget, count, n);

  expect(loss).toBeCloseTo((0.04 + 4 + 16 + 0.04) / 4, 14);
});

it('huber: the gradient agrees with finite differences and is added to what is there', () => {
  const dy = new Float64Array(n).fill(1);
  huberLoss(dy, y, target, hasTarget, 0.5, count, n);

  expectGradient(
    dy.map((d) => d - 1),
    y,
    () => huberLoss(new Float64Array(n), y, target, hasTarget, 0.5, count, n),
  );
});

it('squared: the gradient agrees with finite differences and is added to what is there', () => {
  const dy = new Float64Array(n).fill(1);
  squaredLoss(dy, y, target, hasTarget, count, n);

  expectGradient(
    dy.map((d) => d - 1),
    y,
    () => squaredLoss(new Float64Array(n), y, target, hasTarget, count, n),
  );
});

it('lets an arrived NaN reach loss and gradient, so that the update can be refused', () => {
  for (const kind of [huberLoss, squaredLoss]) {
    const dy = new Float64Array(1);
    const one = new Uint8Array([1]);
    const loss =
      kind === huberLoss
        ? huberLoss(dy, y, new Float64Array([Number.NaN]), one, 1, 1, 1)
        : squaredLoss(dy, y, new Float64Array([Number.NaN]), one, 1, 1);

    expect(loss).toBeNaN();
    expect(dy[0]).toBeNaN();
  }
});
