import { cellStateSize } from '../cellSizes.ts';
import type { NetShape } from '../kernel.ts';
import type { Floats } from './floats.ts';
import { addTransposedMatVec } from './matrix.ts';
import { goBackRow } from './secantRows.ts';
import { rowsOfWindow, runWindow, type SecantNet, type SecantRun, type SecantWindow, secantNet } from './secantRun.ts';

/** A number that follows from the outputs (O) of a network. */
export interface NetAnswer {
  of(y: Float64Array): number;
  /** (O) m with Σ m·(y − zero) = of(y) − of(zero), exactly. */
  secants(y: Float64Array, zero: Float64Array): Float64Array;
}

export interface SecantShares {
  /** The answer where x = 0, h = c = 0: nothing is known. */ readonly baseline: number;
  readonly answer: number;
  /** (T, D − E): share of each input of each row. */ readonly inputs: Float64Array;
  /** (E): those of the inputs that the head alone sees. */ readonly head: Float64Array;
  /** Share of all that came before the first row: of the state there. */ readonly older: number;
}

/**
 * Which inputs moved the answer of a net at the newest row of a window away from the one with nothing known. The difference of
 * the two runs is taken back through the net with secants Δφ/Δz in place of slopes φ′: Δ(a·b) = mean(a)·Δb + mean(b)·Δa
 * holds exactly, so that baseline + Σ inputs + Σ head + older = answer, up to rounding, for every cell. In float64;
 * `shape.rows` does not matter.
 * @param weights (P) in canonical order
 * @throws RangeError where the lengths do not fit together
 */
export function secantShares(weights: Floats, shape: NetShape, window: SecantWindow, answer: NetAnswer): SecantShares {
  const net = secantNet(weights, shape);
  const { D, E, H, O, w } = net;
  const T = rowsOfWindow(net, window);
  const one = runWindow(net, window, T);
  const none = new Float64Array(H);
  const zero = runWindow(net, { x: new Float64Array(T * D), headX: new Float64Array(E), h: none, c: none }, T);
  const m = answer.secants(one.y, zero.y);
  const inputs = new Float64Array(T * D);
  const head = new Float64Array(E);
  const older = goBack(net, one, zero, m, inputs);
  const skip = new Float64Array(D + E);
  addTransposedMatVec(skip, 0, w.S, m, 0, O, D + E);
  const newest = (T - 1) * D;
  for (let k = 0; k < D; k++) inputs[newest + k] = inputs[newest + k] + skip[k] * window.x[newest + k];
  for (let k = 0; k < E; k++) head[k] = skip[D + k] * window.headX[k];
  return { baseline: answer.of(zero.y), answer: answer.of(one.y), inputs, head, older };
}

/**
 * The way back, newest row first. m (O): secants of the answer    inputs (T, D) out
 * @returns the share of the state before the first row
 */
function goBack(net: SecantNet, one: SecantRun, zero: SecantRun, m: Float64Array, inputs: Float64Array): number {
  const { cell, D, G, H, O, w } = net;
  const mz = new Float64Array(G * H);
  const mRecurrent = cell === 'gru' ? new Float64Array(G * H) : mz;
  const [mh, mc] = [new Float64Array(H), new Float64Array(H)];
  const pass = { one, zero, mh, mc, mz, mRecurrent };
  addTransposedMatVec(mh, 0, w.Wy, m, 0, O, H);
  for (let t = inputs.length / D - 1; t >= 0; t--) {
    goBackRow(net, pass, t);
    addTransposedMatVec(inputs, t * D, w.Wx, mz, 0, G * H, D);
    for (let k = t * D; k < (t + 1) * D; k++) inputs[k] = inputs[k] * (one.x[k] - zero.x[k]);
    addTransposedMatVec(mh, 0, w.Wh, mRecurrent, 0, G * H, H);
  }
  let older = 0;
  for (let u = 0; u < H; u++) older += mh[u] * (one.h[u] - zero.h[u]);
  for (let u = 0; u < cellStateSize(cell, H); u++) older += mc[u] * (one.c[u] - zero.c[u]);
  return older;
}
