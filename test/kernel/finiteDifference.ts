import { expect } from 'vitest';

/**
 * Holds an analytic gradient to the five-point central difference of the loss by every entry of `values`.
 * The error is relative to the largest entry of the gradient, so that entries near zero are held as tightly.
 */
export function expectGradient(
  gradient: ArrayLike<number>,
  values: Float64Array,
  loss: () => number,
  tolerance = 1e-6,
): void {
  const numeric = Array.from(values, (_, j) => differenceBy(values, j, loss));
  const largest = Math.max(...numeric.map(Math.abs));
  expect(gradient.length).toBe(values.length);
  expect(largest).toBeGreaterThan(1e-6);
  for (let j = 0; j < values.length; j++) {
    expect(Math.abs(gradient[j] - numeric[j]) / largest).toBeLessThan(tolerance);
  }
}

function differenceBy(values: Float64Array, j: number, loss: () => number): number {
  const step = 1e-3;
  const kept = values[j];
  const at = (shift: number): number => {
    values[j] = kept + shift * step;
    return loss();
  };
  const difference = 8 * (at(1) - at(-1)) - (at(2) - at(-2));
  values[j] = kept;
  return difference / (12 * step);
}
