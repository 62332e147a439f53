import { describe, expect, it } from 'vitest';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { firstState } from '../../src/model/firstState.ts';
import { moveMoment, moveWeights, type NetworkMove, parameterCountOf, unitsFor } from '../../src/model/moveNetwork.ts';

const FROM = { cell: 'lstm', inputSize: 3, hiddenSize: 4, outputSize: 2 } as const;
const TO = { cell: 'lstm_peephole', inputSize: 5, hiddenSize: 6, outputSize: 3 } as const;
/** Inputs and head rows stand elsewhere, one input is in other units, and there is more of everything. */
const MOVE: NetworkMove = {
  from: FROM,
  to: TO,
  units: [0, 1, 2, 3, -1, -1],
  inputs: [-1, 2, 0, -1, 1],
  factors: [1, 0.5, 1, 1, 1],
  outputs: [1, -1, 0],
};

function randomWeights(size: typeof FROM | typeof TO, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: parameterCountOf(size) }, () => random.uniform(-1, 1));
}

/** Outputs of a net with these weights, row by row. */
function run(size: typeof FROM | typeof TO, weights: Float32Array, rows: readonly (readonly number[])[]): number[][] {
  const shape = { ...size, rows: 2 };
  const net = createPlainKernel().createNet(shape);
  net.load({ ...firstState(shape, { seed: 1 }), weights });
  return rows.map((row) => {
    const y = new Float32Array(size.outputSize);
    net.step(y, Float32Array.from(row));
    return [...y];
  });
}

describe('a network with more units, inputs, head rows and peepholes', () => {
  it('says what it said before', () => {
    const random = createRandom(7);
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 3 }, () => random.uniform(-2, 2)));
    const old = randomWeights(FROM, 1);
    const grown = moveWeights(old, randomWeights(TO, 2), MOVE);
    const before = run(FROM, old, rows);
    const moved = rows.map(([a, b, c]) => [9, 2 * (c as number), a as number, -9, b as number]);
    run(TO, grown, moved).forEach(([second, , first], row) => {
      expect(first).toBeCloseTo(before[row]![0] as number, 5);
      expect(second).toBeCloseTo(before[row]![1] as number, 5);
    });
  });

  it('keeps the moments of its weights, in the units of now; a new one begins with the usual square', () => {
    const old = new Float32Array(parameterCountOf(FROM)).fill(4);
    expect([...new Set(moveMoment(old, MOVE, 1))].sort((a, b) => a - b)).toEqual([0, 4, 8]);
    expect([...new Set(moveMoment(old, MOVE, 2))].sort((a, b) => a - b)).toEqual([4, 16]);
  });
});

it('chooses the units that the head listens to most, in their order', () => {
  const weights = new Float32Array(parameterCountOf(FROM));
  // Wy (2, 4) lies before S (2, 3) and by (2).
  weights.set([0.1, -3, 0.2, 2, 0.3, 0, 0, -2], weights.length - 8 - 6 - 2);
  expect(unitsFor(weights, FROM, 2)).toEqual([1, 3]);
  expect(unitsFor(weights, FROM, 6)).toEqual([0, 1, 2, 3, -1, -1]);
});
