import { describe, expect, it } from 'vitest';
import { toSafetensors } from '../../../src/hosts/export/safetensors.ts';
import { encodeStreamState } from '../../../src/hosts/stream/streamState.ts';
import type { CellKind } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { Network } from '../../../src/model/network.ts';
import { saveSnapshot } from '../../../src/model/saveSnapshot.ts';
import { SnapshotError } from '../../../src/model/snapshotFormat.ts';
import type { StateIo } from '../../../src/model/stateIo.ts';
import { learnerSettings, noisySine, normal, toSteps } from '../../support/series.ts';

interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** After the format's description, independently of the writer. */
function parse(file: Uint8Array): { tensors: Record<string, Tensor>; metadata: Record<string, string> } {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const { __metadata__: metadata, ...entries } = header;
  const tensors: Record<string, Tensor> = {};
  let next = 0;
  for (const [name, { dtype, shape, data_offsets }] of Object.entries<{
    dtype: string;
    shape: number[];
    data_offsets: [number, number];
  }>(entries)) {
    expect([dtype, data_offsets[0]]).toEqual(['F32', next]);
    next = data_offsets[1];
    const data = file.slice(8 + length + data_offsets[0], 8 + length + next);
    tensors[name] = { shape, values: new Float32Array(data.buffer) };
    expect(tensors[name]?.values.length).toBe(shape.reduce((product, size) => product * size, 1));
  }
  expect(file.length).toBe(8 + length + next);
  return { tensors, metadata };
}

const SIZES = { inputSize: 3, hiddenSize: 4, outputSize: 2 };

/** A network that has learned a little, and a state of a stream that ends with it. */
function trained(cell: CellKind): { network: Network; state: Uint8Array } {
  const network = new Network(createPlainKernel(), {
    cell,
    ...SIZES,
    every: 4,
    window: 8,
    longestDelay: 1,
    learningRate: 0.01,
    seed: 3,
  });
  const random = createRandom(5);
  const y = new Float32Array(2);
  for (let t = 0; t < 50; t++) {
    network.step(
      y,
      Float32Array.from({ length: 3 }, () => normal(random)),
    );
    network.setTarget(0, 0, 0.5);
    network.setTarget(0, 1, -0.5);
    network.learn();
  }
  network.resetState();
  const exchange = (io: StateIo): void => network.exchange(io.within('panel').within('lstm_direct').within('network'));
  const snapshot = saveSnapshot({ exchange }, JSON.stringify({ horizons: [1, 5], cell, hidden: 4 }));
  return { network, state: encodeStreamState({ cursor: { at: 3 }, learner: snapshot }) };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** rows of weight_ih · x + bias_ih + weight_hh · h + bias_hh, as torch.nn.LSTM has it. */
function preactivations(tensors: Record<string, Tensor>, x: Float32Array, h: readonly number[]): number[] {
  const of = (name: string): Float32Array => (tensors[`lstm_direct.${name}`] as Tensor).values;
  const dot = (weights: Float32Array, row: number, vector: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < vector.length; i++) sum += (weights[row * vector.length + i] as number) * (vector[i] as number);
    return sum;
  };
  return Array.from({ length: of('bias_ih_l0').length }, (_, row) => {
    const bias = (of('bias_ih_l0')[row] as number) + (of('bias_hh_l0')[row] as number);
    return dot(of('weight_ih_l0'), row, x) + dot(of('weight_hh_l0'), row, h) + bias;
  });
}

describe('weights as safetensors', () => {
  it('are those of a PyTorch LSTM with a linear head and skip: the same outputs', () => {
    const { network, state } = trained('lstm');
    const { tensors, metadata } = parse(toSafetensors(state));
    expect(metadata).toEqual({ format: 'pt', cell: 'lstm', horizons: '[1,5]' });
    const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name.slice(12), shape]));
    expect(shapes).toEqual({
      weight_ih_l0: [16, 3],
      weight_hh_l0: [16, 4],
      bias_ih_l0: [16],
      bias_hh_l0: [16],
      'head.weight': [2, 4],
      'skip.weight': [2, 3],
      'head.bias': [2],
    });
    const random = createRandom(9);
    const y = new Float32Array(2);
    let h = [0, 0, 0, 0];
    let c = [0, 0, 0, 0];
    for (let t = 0; t < 20; t++) {
      const x = Float32Array.from({ length: 3 }, () => normal(random));
      const z = preactivations(tensors, x, h);
      const gate = (g: number, j: number): number => z[4 * g + j] as number;
      c = c.map((old, j) => sigmoid(gate(1, j)) * old + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
      h = c.map((state, j) => sigmoid(gate(3, j)) * Math.tanh(state));
      network.step(y, x);
      for (const o of [0, 1]) {
        let expected = (tensors['lstm_direct.head.bias'] as Tensor).values[o] as number;
        for (let j = 0; j < 4; j++)
          expected += (tensors['lstm_direct.head.weight']?.values[4 * o + j] as number) * h[j]!;
        for (let d = 0; d < 3; d++)
          expected += (tensors['lstm_direct.skip.weight']?.values[3 * o + d] as number) * x[d]!;
        expect(y[o]).toBeCloseTo(expected, 5);
      }
    }
  });

  it.each([
    ['gru', 12, 'bias_hh_l0'],
    ['lstm_peephole', 16, 'peephole_o'],
    ['lstm_coupled', 12, 'bias_ih_l0'],
    ['rnn', 4, 'bias_ih_l0'],
  ] as const)('have the sizes of a %s', (cell, rows, name) => {
    const { tensors } = parse(toSafetensors(trained(cell).state));
    expect(tensors['lstm_direct.weight_ih_l0']?.shape).toEqual([rows, 3]);
    expect(tensors[`lstm_direct.${name}`]?.shape).toEqual([name === 'peephole_o' ? 4 : rows]);
  });

  it('are found in the state of a whole learner, for each of its networks', () => {
    const settings = learnerSettings({ model: { experts: ['last_value', 'linear', 'lstm_residual', 'lstm_direct'] } });
    const learner = new StreamLearner(createPlainKernel(), settings);
    for (const step of toSteps(noisySine(60))) {
      learner.step(step);
      learner.learn();
    }
    const { tensors } = parse(toSafetensors(encodeStreamState({ cursor: null, learner: learner.snapshot() })));
    const { hidden } = settings.model;
    for (const expert of ['lstm_residual', 'lstm_direct']) {
      expect(tensors[`${expert}.weight_hh_l0`]?.shape).toEqual([4 * hidden, hidden]);
      expect(tensors[`${expert}.head.weight`]?.shape).toEqual([settings.horizons.length, hidden]);
    }
    learner.free();
  });

  it.each([
    '',
    'null',
    '[]',
    '{"cell":"lstm"',
    '{"cell":"x","hidden":4,"horizons":[1]}',
    '{"cell":"lstm","hidden":-4,"horizons":[1]}',
    '{"cell":"lstm","hidden":1e12,"horizons":[1]}',
    '{"cell":"lstm","hidden":4,"horizons":1}',
  ])('are refused where what they belong to says %j', (schema) => {
    const learner = saveSnapshot({ exchange: () => undefined }, schema);
    expect(() => toSafetensors(encodeStreamState({ cursor: null, learner }))).toThrow(SnapshotError);
  });

  it('are refused where there are none', () => {
    expect(() => toSafetensors(new Uint8Array(100))).toThrow('not the state of a stream');
    const { state } = trained('lstm');
    state[state.length - 1] = (state.at(-1) as number) ^ 1;
    expect(() => toSafetensors(state)).toThrow('checksum');
    const empty = saveSnapshot(
      { exchange: () => undefined },
      JSON.stringify({ horizons: [1], cell: 'lstm', hidden: 4 }),
    );
    expect(() => toSafetensors(encodeStreamState({ cursor: null, learner: empty }))).toThrow('no network');
  });
});
