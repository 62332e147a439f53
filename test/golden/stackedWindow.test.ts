import { it } from 'vitest';
import { lstmCellBackward, lstmCellForward } from '../../src/kernel/plain/lstmCell.ts';
import { addOuterProducts, addRows, addTransposedMatVec } from '../../src/kernel/plain/matrix.ts';
import { expectGolden, readGolden } from './readGolden.ts';

type LayerKey = 'Wx' | 'Wh' | 'b' | 'h0' | 'c0' | 'dWx' | 'dWh' | 'db' | 'dh0' | 'dc0';

interface GoldenWindow {
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly x: number[];
  readonly dy: number[];
  readonly y: number[];
  readonly layers: readonly Record<LayerKey, number[]>[];
}

const { T, D, H, ...golden } = readGolden<GoldenWindow>('stackedWindow.json');

/** One layer over the whole window, from the carried state. x (T,inputs) */
function runLayer(layer: Record<LayerKey, number[]>, x: Float32Array, inputs: number) {
  const [Wx, Wh, b] = [layer.Wx, layer.Wh, layer.b].map((values) => new Float32Array(values));
  const gates = new Float32Array(T * 4 * H);
  const tanhC = new Float32Array(T * H);
  const h = new Float32Array((T + 1) * H);
  const c = new Float32Array((T + 1) * H);
  h.set(layer.h0);
  c.set(layer.c0);
  for (let t = 0; t < T; t++) lstmCellForward(gates, tanhC, c, h, x, Wx, Wh, b, t, inputs, H);
  return { x, inputs, Wx, Wh, gates, tanhC, h, c };
}

/** Back through one layer. dh (T+1,H) on entry: the gradient that comes from above. @returns ∂L/∂x */
function checkLayerBack(run: ReturnType<typeof runLayer>, dh: Float32Array, wanted: Record<LayerKey, number[]>) {
  const { inputs } = run;
  const dz = new Float32Array(T * 4 * H);
  const dc = new Float32Array((T + 1) * H);
  for (let t = T - 1; t >= 0; t--) lstmCellBackward(dz, dc, dh, run.gates, run.tanhC, run.c, run.Wh, t, H);
  const dWx = new Float32Array(4 * H * inputs);
  const dWh = new Float32Array(4 * H * H);
  const db = new Float32Array(4 * H);
  addOuterProducts(dWx, dz, run.x, 0, T, 4 * H, inputs);
  addOuterProducts(dWh, dz, run.h, 0, T, 4 * H, H);
  addRows(db, dz, T, 4 * H);
  expectGolden(dWx, wanted.dWx);
  expectGolden(dWh, wanted.dWh);
  expectGolden(db, wanted.db);
  expectGolden(dh.subarray(0, H), wanted.dh0);
  expectGolden(dc.subarray(0, H), wanted.dc0);
  const dx = new Float32Array(T * inputs);
  for (let t = 0; t < T; t++) addTransposedMatVec(dx, t * inputs, run.Wx, dz, t * 4 * H, 4 * H, inputs);
  return dx;
}

it('two stacked LSTM layers over 40 rows from a carried state agree with PyTorch, forward and back', () => {
  const [lowerGolden, upperGolden] = golden.layers;
  const lower = runLayer(lowerGolden, new Float32Array(golden.x), D);
  const upper = runLayer(upperGolden, lower.h.slice(H), H);
  expectGolden(upper.h.subarray(H), golden.y);

  const dhUpper = new Float32Array((T + 1) * H);
  dhUpper.set(golden.dy, H);
  const dhLower = new Float32Array((T + 1) * H);
  dhLower.set(checkLayerBack(upper, dhUpper, upperGolden), H);
  checkLayerBack(lower, dhLower, lowerGolden);
});
