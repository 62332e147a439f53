import { expect, it } from 'vitest';
import type { NetShape } from '../../../src/kernel/kernel.ts';
import { parameterCount } from '../../../src/kernel/parameterLayout.ts';
import { paddedHiddenSize, visitParameters } from '../../../src/kernel/simd/blockedLayout.ts';

const shapes: NetShape[] = (['lstm', 'rnn'] as const).flatMap((cell) =>
  [1, 7, 8, 9, 24].map((hiddenSize) => ({ cell, inputSize: 3, hiddenSize, outputSize: 2, rows: 4 })),
);

it.each(shapes)('gives each parameter of $cell $hiddenSize one place of its own', (shape) => {
  const H = paddedHiddenSize(shape.hiddenSize);
  const K = 3 + H + 1;
  const size = K * (shape.cell === 'lstm' ? 4 : 1) * H + 2 * K;
  const places = new Set<number>();
  const canonical: number[] = [];

  visitParameters(shape, (from, to) => {
    canonical.push(from);
    places.add(to);
    expect(to).toBeGreaterThanOrEqual(0);
    expect(to).toBeLessThan(size);
  });

  expect(canonical.sort((a, b) => a - b)).toEqual(Array.from({ length: parameterCount(shape) }, (_, p) => p));
  expect(places.size).toBe(parameterCount(shape));
});

it('puts all gates of eight units side by side, block after block, then the head', () => {
  const shape: NetShape = { cell: 'lstm', inputSize: 2, hiddenSize: 16, outputSize: 1, rows: 4 };
  const place = new Map<number, number>();
  visitParameters(shape, (from, to) => place.set(from, to));
  const [D, H, K] = [2, 16, 19];

  // Wx[f gate, unit 9][input 1]: second block, k = 1, gate 1, lane 1.
  expect(place.get((H + 9) * D + 1)).toBe(K * 32 + 32 + 8 + 1);
  // Wh[i gate, unit 0][hidden 3]: k = D + 3.
  expect(place.get(4 * H * D + 3)).toBe((D + 3) * 32);
  // b[o gate, unit 15]: last k of the second block.
  expect(place.get(4 * H * (D + H) + 3 * H + 15)).toBe(K * 32 + (K - 1) * 32 + 24 + 7);
  // by: the last number of all.
  expect(place.get(parameterCount(shape) - 1)).toBe(2 * K * 32 + K - 1);
});
