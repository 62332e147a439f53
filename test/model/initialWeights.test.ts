import { describe, expect, it } from 'vitest';
import type { NetShape } from '../../src/kernel/kernel.ts';
import { parameterCount, parameterViews } from '../../src/kernel/parameterLayout.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { initialWeights } from '../../src/model/initialWeights.ts';

const LSTM: NetShape = { cell: 'lstm', inputSize: 12, hiddenSize: 32, outputSize: 3, rows: 32 };
const RNN: NetShape = { ...LSTM, cell: 'rnn' };

const blocksOf = (shape: NetShape, seed = 1): ReturnType<typeof parameterViews> =>
  parameterViews(initialWeights(shape, createRandom(seed)), shape);

describe.each([LSTM, RNN])('for a $cell', (shape) => {
  it.each([
    ['Wx', 0.5 * Math.sqrt(3 / 12)],
    ['Wh', 0.5 * Math.sqrt(3 / 32)],
    ['Wy', 0.1 * Math.sqrt(3 / 32)],
  ] as const)('spreads %s evenly up to its bound', (name, bound) => {
    const block = blocksOf(shape)[name];
    const largest = Math.max(...block);
    const smallest = Math.min(...block);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.9 * bound);
    expect(smallest).toBeGreaterThanOrEqual(-bound);
    expect(smallest).toBeLessThan(-0.9 * bound);
    const mean = block.reduce((sum, weight) => sum + weight, 0) / block.length;
    expect(Math.abs(mean)).toBeLessThan(0.2 * bound);
  });

  it('starts the linear skip and the head bias at zero', () => {
    const { S, by } = blocksOf(shape);
    expect([...S, ...by].every((weight) => weight === 0)).toBe(true);
  });

  it('fills exactly the parameters of the shape', () => {
    expect(initialWeights(shape, createRandom(1))).toHaveLength(parameterCount(shape));
  });
});

it('lets an LSTM keep what it knows: forget bias 1, all other biases 0', () => {
  const { b } = blocksOf(LSTM);
  const gates = [0, 1, 2, 3].map((gate) => [...new Set(b.subarray(gate * 32, gate * 32 + 32))]);
  expect(gates).toEqual([[0], [1], [0], [0]]);
});

it('has no forget gate to bias in a plain recurrent cell', () => {
  expect([...new Set(blocksOf(RNN).b)]).toEqual([0]);
});

it('is the same for the same seed and another for another', () => {
  expect(initialWeights(LSTM, createRandom(7))).toEqual(initialWeights(LSTM, createRandom(7)));
  expect(initialWeights(LSTM, createRandom(7))).not.toEqual(initialWeights(LSTM, createRandom(8)));
});
