import { expect, it } from 'vitest';
import { addOuterProducts, addRows } from '../../../src/kernel/plain/matrix.ts';
import { rnnCellBackward, rnnCellForward } from '../../../src/kernel/plain/rnnCell.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { expectGradient } from '../finiteDifference.ts';
import { randomFloats } from '../randomFloats.ts';

const T = 4;
const D = 2;
const H = 6;

function createWindow(seed: number) {
  const random = createRandom(seed);
  return {
    Wx: randomFloats(random, H * D),
    Wh: randomFloats(random, H * H, 0.6),
    b: randomFloats(random, H),
    x: randomFloats(random, T * D),
    h: randomFloats(random, (T + 1) * H),
    // The loss is Σ dhAtRow·h over all rows, with these weights.
    dhAtRow: randomFloats(random, (T + 1) * H),
  };
}

type Window = ReturnType<typeof createWindow>;

function lossOf(w: Window): number {
  for (let t = 0; t < T; t++) rnnCellForward(w.h, w.x, w.Wx, w.Wh, w.b, t, D, H);
  let loss = 0;
  for (let j = 0; j < w.h.length; j++) loss += w.dhAtRow[j] * w.h[j];
  return loss;
}

it('computes the hidden state by its definition', () => {
  const w = createWindow(1);
  let z = w.b[3];
  for (let k = 0; k < D; k++) z += w.Wx[3 * D + k] * w.x[k];
  for (let k = 0; k < H; k++) z += w.Wh[3 * H + k] * w.h[k];

  rnnCellForward(w.h, w.x, w.Wx, w.Wh, w.b, 0, D, H);

  expect(w.h[H + 3]).toBeCloseTo(Math.tanh(z), 14);
});

it('goes back exactly: every gradient agrees with finite differences', () => {
  const w = createWindow(2);
  lossOf(w);
  const dz = new Float64Array(T * H);
  const dh = w.dhAtRow.slice();
  const dWx = new Float64Array(H * D);
  const dWh = new Float64Array(H * H);
  const db = new Float64Array(H);

  for (let t = T - 1; t >= 0; t--) rnnCellBackward(dz, dh, w.h, w.Wh, t, H);
  addOuterProducts(dWx, dz, w.x, 0, T, H, D);
  addOuterProducts(dWh, dz, w.h, 0, T, H, H);
  addRows(db, dz, T, H);

  const loss = (): number => lossOf(w);
  expectGradient(dWx, w.Wx, loss);
  expectGradient(dWh, w.Wh, loss);
  expectGradient(db, w.b, loss);
  expectGradient(dh.subarray(0, H), w.h.subarray(0, H), loss);
});
