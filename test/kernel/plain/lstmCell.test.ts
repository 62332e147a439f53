import { expect, it } from 'vitest';
import { lstmCellBackward, lstmCellForward } from '../../../src/kernel/plain/lstmCell.ts';
import { addOuterProducts, addRows } from '../../../src/kernel/plain/matrix.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { expectGradient } from '../finiteDifference.ts';
import { randomFloats } from '../randomFloats.ts';

const T = 3;
const D = 3;
const H = 5;

function createWindow(seed: number) {
  const random = createRandom(seed);
  return {
    Wx: randomFloats(random, 4 * H * D),
    Wh: randomFloats(random, 4 * H * H),
    b: randomFloats(random, 4 * H),
    x: randomFloats(random, T * D),
    h: randomFloats(random, (T + 1) * H),
    c: randomFloats(random, (T + 1) * H),
    gates: new Float64Array(T * 4 * H),
    tanhC: new Float64Array(T * H),
    // The loss is Σ dhAtRow·h + dcAtEnd·c over all rows, with these weights.
    dhAtRow: randomFloats(random, (T + 1) * H),
    dcAtEnd: randomFloats(random, H),
  };
}

type Window = ReturnType<typeof createWindow>;

function forward(w: Window): void {
  for (let t = 0; t < T; t++) lstmCellForward(w.gates, w.tanhC, w.c, w.h, w.x, w.Wx, w.Wh, w.b, t, D, H);
}

function lossOf(w: Window): number {
  forward(w);
  let loss = 0;
  for (let j = 0; j < w.h.length; j++) loss += w.dhAtRow[j] * w.h[j];
  for (let u = 0; u < H; u++) loss += w.dcAtEnd[u] * w.c[T * H + u];
  return loss;
}

function backward(w: Window) {
  const dz = new Float64Array(T * 4 * H);
  const dh = w.dhAtRow.slice();
  const dc = new Float64Array((T + 1) * H);
  dc.set(w.dcAtEnd, T * H);
  for (let t = T - 1; t >= 0; t--) lstmCellBackward(dz, dc, dh, w.gates, w.tanhC, w.c, w.Wh, t, H);
  const dWx = new Float64Array(4 * H * D);
  const dWh = new Float64Array(4 * H * H);
  const db = new Float64Array(4 * H);
  addOuterProducts(dWx, dz, w.x, 0, T, 4 * H, D);
  addOuterProducts(dWh, dz, w.h, 0, T, 4 * H, H);
  addRows(db, dz, T, 4 * H);
  return { dh, dc, dWx, dWh, db };
}

it('computes the four gates and the state by their definition', () => {
  const w = createWindow(1);
  const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
  const z = (row: number): number => {
    let sum = w.b[row];
    for (let k = 0; k < D; k++) sum += w.Wx[row * D + k] * w.x[k];
    for (let k = 0; k < H; k++) sum += w.Wh[row * H + k] * w.h[k];
    return sum;
  };
  const u = 2;
  const c = sigma(z(H + u)) * w.c[u] + sigma(z(u)) * Math.tanh(z(2 * H + u));
  const h = sigma(z(3 * H + u)) * Math.tanh(c);

  forward(w);

  expect(w.c[H + u]).toBeCloseTo(c, 14);
  expect(w.h[H + u]).toBeCloseTo(h, 14);
});

it('goes back exactly: every gradient agrees with finite differences', () => {
  const w = createWindow(2);
  forward(w);

  const d = backward(w);

  const loss = (): number => lossOf(w);
  expectGradient(d.dWx, w.Wx, loss);
  expectGradient(d.dWh, w.Wh, loss);
  expectGradient(d.db, w.b, loss);
  expectGradient(d.dh.subarray(0, H), w.h.subarray(0, H), loss);
  expectGradient(d.dc.subarray(0, H), w.c.subarray(0, H), loss);
});
