import { expect, it } from 'vitest';
import { clipCoefficient, globalNorm } from '../../../src/kernel/plain/clip.ts';

it('takes the Euclidean norm over all entries, whatever is left over from blocks of four', () => {
  for (let length = 1; length <= 9; length++) {
    const gradient = Float64Array.from({ length }, (_, j) => j + 1);
    const squares = gradient.reduce((sum, g) => sum + g * g, 0);

    expect(globalNorm(gradient)).toBeCloseTo(Math.sqrt(squares), 12);
  }
});

it('does not overflow on the largest float32 gradients', () => {
  expect(globalNorm(new Float32Array([3e38, 3e38]))).toBeCloseTo(3e38 * Math.SQRT2, -33);
});

it('leaves gradients below the limit alone and brings larger ones down to it', () => {
  expect(clipCoefficient(0.5, 1)).toBe(1);
  expect(clipCoefficient(0, 1)).toBe(1);
  expect(clipCoefficient(4, 1)).toBe(1 / (4 + 1e-6));
  expect(clipCoefficient(4, Number.POSITIVE_INFINITY)).toBe(1);
});

it('lets NaN and Infinity through, so that the update can be refused', () => {
  expect(globalNorm(new Float32Array([1, Number.NaN]))).toBeNaN();
  expect(globalNorm(new Float32Array([1, Number.NEGATIVE_INFINITY]))).toBe(Number.POSITIVE_INFINITY);
  expect(clipCoefficient(Number.NaN, 1)).toBeNaN();
});
