import { expect, it } from 'vitest';
import type { CellKind, NetState } from '../../src/kernel/kernel.ts';
import { createPlainKernel, PLAIN_CELLS } from '../../src/kernel/plain/plainKernel.ts';
import { checkNetState } from '../../src/model/checkNetState.ts';
import { SnapshotError } from '../../src/model/snapshotFormat.ts';

const RUN = { learningRate: 0.5, clipNorm: 1e9, huberDelta: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** A net that was driven as hard as it goes. */
function wildState(cell: CellKind): NetState {
  const net = createPlainKernel().createNet({ cell, inputSize: 2, hiddenSize: 4, outputSize: 1, rows: 8 });
  const first = net.save();
  first.weights.fill(3);
  net.load(first);
  const y = new Float32Array(1);
  for (let row = 0; row < 400; row++) {
    net.step(y, Float32Array.of(1e3 * (row % 7), -row));
    net.setTarget(0, 0, row % 5);
    net.learn(8, { ...RUN, loss: 'huber' });
  }
  return net.save();
}

it.each(PLAIN_CELLS)('lets every state pass that a net of cell %s can come to', (cell) => {
  expect(() => checkNetState(wildState(cell))).not.toThrow();
});

it.each<[Exclude<keyof NetState, 'rowCount'>, number, number]>([
  ['weights', 3, Number.NaN],
  ['weights', 0, Number.POSITIVE_INFINITY],
  ['moment1', 1, Number.NaN],
  ['moment2', 2, Number.NEGATIVE_INFINITY],
  ['moment2', 2, -1e-9],
  ['adam', 1, Number.NaN],
  ['x', 0, Number.NaN],
  ['target', 0, Number.NaN],
  ['h', 5, 1.01],
  ['h', 5, Number.NaN],
  ['c', 1, 1e9],
  ['c', 1, Number.NaN],
])('takes %s[%i] = %d, which no net leaves, for damage', (name, index, value) => {
  const state = wildState('lstm');
  state[name][index] = value;
  expect(() => checkNetState(state)).toThrow(SnapshotError);
  expect(() => checkNetState(state)).toThrow(`"${name}" cannot hold`);
});
