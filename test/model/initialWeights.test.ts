import { describe, expect, it } from 'vitest';
import type { NetShape } from '../../src/kernel/kernel.ts';
import { parameterCount, parameterViews } from '../../src/kernel/parameterLayout.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { initialWeights } from '../../src/model/initialWeights.ts';

const LSTM: NetShape = { cell: 'lstm', inputSize: 12, hiddenSize: 32, outputSize: 3, rows: 32 };
const RNN: NetShape = { ...LSTM, cell: 'rnn' };
const GRU: NetShape = { ...LSTM, cell: 'gru' };
const PEEPHOLE: NetShape = { ...LSTM, cell: 'lstm_peephole' };

const blocksOf = (shape: NetShape, seed = 1): ReturnType<typeof parameterViews> =>
  parameterViews(initialWeights(shape, createRandom(seed)), shape);

describe.each([LSTM, RNN, GRU, PEEPHOLE])('for a $cell', (shape) => {
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

  it('starts the linear skip, the head bias, peepholes and the second bias at zero', () => {
    const { S, by, bh, p_i, p_f, p_o } = blocksOf(shape);
    expect([...S, ...by, ...bh, ...p_i, ...p_f, ...p_o].every((weight) => weight === 0)).toBe(true);
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

const GATES = {
  lstm: 4,
  lstm_peephole: 4,
  lstm_coupled: 3,
  gru: 3,
} as const;

/** Biases by gate: (G, H). */
function gateBiases(cell: keyof typeof GATES, chronoLag?: number): number[][] {
  const shape: NetShape = { ...LSTM, cell };
  const { b } = parameterViews(initialWeights(shape, createRandom(1), { chronoLag }), shape);
  return Array.from({ length: GATES[cell] }, (_, gate) => [...b.subarray(gate * 32, gate * 32 + 32)]);
}

it('biases the gate that keeps, whatever it is called', () => {
  const only = (cell: keyof typeof GATES): number[][] => gateBiases(cell).map((gate) => [...new Set(gate)]);
  expect(only('lstm_peephole')).toEqual([[0], [1], [0], [0]]);
  expect(only('lstm_coupled')).toEqual([[-1], [0], [0]]);
  expect(only('gru')).toEqual([[0], [1], [0]]);
});

it.each([
  ['lstm', 1, 0],
  ['lstm_peephole', 1, 0],
  ['lstm_coupled', undefined, 0],
  ['gru', 1, undefined],
] as const)('chrono: every unit of cell %s gets a time of its own up to twice the lag', (cell, keeping, writing) => {
  const gates = gateBiases(cell, 60);
  const kept = keeping === undefined ? gates[writing].map((bias) => -bias) : gates[keeping];
  const times = kept.map(Math.exp);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...times)).toBeLessThan(120);
  expect(Math.max(...times)).toBeGreaterThan(90);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  expect(Math.abs(mean - 60)).toBeLessThan(15);
  if (writing !== undefined) expect(gates[writing]).toEqual(kept.map((bias) => -bias));
  gates.forEach((gate, i) => {
    if (i !== keeping && i !== writing) expect(new Set(gate)).toEqual(new Set([0]));
  });
});

it('chrono changes nothing but biases of gates', () => {
  const plain = blocksOf(LSTM);
  const chrono = parameterViews(initialWeights(LSTM, createRandom(1), { chronoLag: 60 }), LSTM);
  for (const name of ['Wx', 'Wh', 'Wy', 'S', 'by'] as const) expect(chrono[name]).toEqual(plain[name]);
  expect(initialWeights(RNN, createRandom(1), { chronoLag: 60 })).toEqual(initialWeights(RNN, createRandom(1)));
});

it('has no forget gate to bias in a plain recurrent cell', () => {
  expect([...new Set(blocksOf(RNN).b)]).toEqual([0]);
});

it('is the same for the same seed and another for another', () => {
  expect(initialWeights(LSTM, createRandom(7))).toEqual(initialWeights(LSTM, createRandom(7)));
  expect(initialWeights(LSTM, createRandom(7))).not.toEqual(initialWeights(LSTM, createRandom(8)));
});
