import { describe, expect, it } from 'vitest';
import type { NetShape } from '../../../src/kernel/kernel.ts';
import { parameterCount } from '../../../src/kernel/parameterLayout.ts';
import { gradientByLag } from '../../../src/kernel/plain/gradientByLag.ts';
import { PLAIN_CELLS } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { NaiveNet } from '../naiveNet.ts';
import { randomFloats } from '../randomFloats.ts';

const T = 12;
const D = 2;
const H = 4;
const LONGEST = 5;

function setUp(cell: NetShape['cell']) {
  const shape: NetShape = { cell, inputSize: D, hiddenSize: H, outputSize: 1, rows: T };
  const random = createRandom(9);
  const weights = Float32Array.from(randomFloats(random, parameterCount(shape), 0.7));
  return { shape, weights, x: Float32Array.from(randomFloats(random, T * D)) };
}

describe.each(PLAIN_CELLS)('cell %s', (cell) => {
  it('finds the norm that differences find, at every lag', () => {
    const { shape, weights, x } = setUp(cell);
    const naive = new NaiveNet(shape, weights);
    const rowsOf = (from: number, to: number): Float32Array[] =>
      Array.from({ length: to - from }, (_, t) => x.slice((from + t) * D, (from + t + 1) * D));
    const at = 9;
    for (const row of rowsOf(0, at + 1)) naive.step(row);

    const norms = gradientByLag(weights, shape, x, [at], LONGEST);

    for (let lag = 1; lag <= LONGEST; lag++) {
      const wanted = naive.stateGradientNorm(at, lag);
      expect(norms[lag]).toBeGreaterThan(1e-4);
      expect(Math.abs(norms[lag] - wanted) / wanted).toBeLessThan(1e-4);
    }
  });
});

it('is the mean over the rows, and at lag 0 the weight of the head', () => {
  const { shape, weights, x } = setUp('lstm');
  const [one, other] = [7, 11].map((t) => gradientByLag(weights, shape, x, [t], LONGEST));

  const both = gradientByLag(weights, shape, x, [7, 11], LONGEST);

  both.forEach((norm, lag) => {
    expect(norm).toBeCloseTo((one[lag] + other[lag]) / 2, 12);
  });
  const Wy = weights.slice(4 * H * (D + H + 1), 4 * H * (D + H + 1) + H);
  expect(both[0]).toBeCloseTo(Math.hypot(...Wy), 6);
});

it('refuses a row without so many rows before it, and one that is not there', () => {
  const { shape, weights, x } = setUp('rnn');
  for (const t of [LONGEST - 1, T]) {
    expect(() => gradientByLag(weights, shape, x, [t], LONGEST)).toThrow(RangeError);
  }
  expect(() => gradientByLag(weights, shape, x, [LONGEST, T - 1], LONGEST)).not.toThrow();
});
