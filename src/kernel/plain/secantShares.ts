import type { NetShape } from '../kernel.ts';
import { parameterLayout } from '../parameterLayout.ts';
import { cellInputSize } from '../shapeSizes.ts';
import type { Floats } from './floats.ts';
import { headForward } from './head.ts';
import { lstmCellForward } from './lstmCell.ts';
import { addMatVec, addTransposedMatVec } from './matrix.ts';

/** Differences below it have the slope for their secant. */
const SMALLEST_DIFFERENCE = 1e-9;

/** T rows to run, and the state before them. */
export interface SecantWindow {
  /** (T, D − E): inputs of the cell, oldest row first. */ readonly x: Float64Array;
  /** (E): inputs that the head alone sees, of the newest row. */ readonly headX: Float64Array;
  /** (H): state before the first row. */ readonly h: Float64Array;
  readonly c: Float64Array;
}

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
 * Which inputs moved the answer of an LSTM at the newest row of a window away from the one with nothing known. The difference of
 * the two runs is taken back through the net with secants Δφ/Δz in place of slopes φ′: Δ(a·b) = mean(a)·Δb + mean(b)·Δa
 * holds exactly, so that baseline + Σ inputs + Σ head + older = answer, up to rounding. In float64; `shape.rows` does not matter.
 * @param weights (P) in canonical order
 * @throws RangeError where the cell is another one, or the lengths do not fit together
 */
export function secantShares(weights: Floats, shape: NetShape, window: SecantWindow, answer: NetAnswer): SecantShares {
  const net = netOf(weights, shape);
  const T = rowsOf(net, window);
  const one = run(net, window, T);
  const zero = run(
    net,
    { x: new Float64Array(T * net.D), headX: new Float64Array(net.E), h: net.none, c: net.none },
    T,
  );
  const m = answer.secants(one.y, zero.y);
  const inputs = new Float64Array(T * net.D);
  const head = new Float64Array(net.E);
  const older = goBack(net, one, zero, m, inputs);
  const skip = new Float64Array(net.D + net.E);
  addTransposedMatVec(skip, 0, net.S, m, 0, net.O, net.D + net.E);
  const newest = (T - 1) * net.D;
  for (let k = 0; k < net.D; k++) inputs[newest + k] = inputs[newest + k] + skip[k] * window.x[newest + k];
  for (let k = 0; k < net.E; k++) head[k] = skip[net.D + k] * window.headX[k];
  return { baseline: answer.of(zero.y), answer: answer.of(one.y), inputs, head, older };
}

interface SecantNet {
  /** Inputs of the cell, of the head alone, units, outputs. */
  readonly D: number;
  readonly E: number;
  readonly H: number;
  readonly O: number;
  readonly Wx: Float64Array;
  readonly Wh: Float64Array;
  readonly b: Float64Array;
  readonly Wy: Float64Array;
  readonly S: Float64Array;
  readonly by: Float64Array;
  /** (H) zeros */
  readonly none: Float64Array;
}

function netOf(weights: Floats, shape: NetShape): SecantNet {
  if (shape.cell !== 'lstm') throw new RangeError(`shares are worked out for the cell lstm, not for ${shape.cell}`);
  const D = cellInputSize(shape);
  const { hiddenSize: H, outputSize: O, inputSize } = shape;
  const views = new Map<string, Float64Array>();
  let end = 0;
  for (const { name, offset, rows, columns } of parameterLayout(shape)) {
    end = offset + rows * columns;
    views.set(name, Float64Array.from(weights.subarray(offset, end)));
  }
  if (end !== weights.length) throw new RangeError(`${weights.length} weights, ${end} are needed`);
  const [Wx, Wh, b, Wy, S, by] = ['Wx', 'Wh', 'b', 'Wy', 'S', 'by'].map((name) => views.get(name) as Float64Array);
  return { D, E: inputSize - D, H, O, Wx, Wh, b, Wy, S, by, none: new Float64Array(H) };
}

/** T */
function rowsOf({ D, E, H }: SecantNet, { x, headX, h, c }: SecantWindow): number {
  const T = x.length / D;
  const fits = Number.isInteger(T) && T > 0 && headX.length === E && h.length === H && c.length === H;
  if (!fits) throw new RangeError(`a window of ${x.length}, ${headX.length}, ${h.length} and ${c.length} numbers`);
  return T;
}

interface Run {
  readonly x: Float64Array;
  /** (T, 4H): before and after their functions, stacked i | f | g | o. */
  readonly z: Float64Array;
  readonly gates: Float64Array;
  /** (T, H) */ readonly tanhC: Float64Array;
  /** (T + 1, H) */ readonly c: Float64Array;
  readonly h: Float64Array;
  /** (O) at the newest row */ readonly y: Float64Array;
}

function run(net: SecantNet, window: SecantWindow, T: number): Run {
  const { D, E, H, O, Wx, Wh, b } = net;
  const { x } = window;
  const [z, gates, tanhC] = [new Float64Array(T * 4 * H), new Float64Array(T * 4 * H), new Float64Array(T * H)];
  const [c, h] = [new Float64Array((T + 1) * H), new Float64Array((T + 1) * H)];
  c.set(window.c);
  h.set(window.h);
  for (let t = 0; t < T; t++) {
    lstmCellForward(gates, tanhC, c, h, x, Wx, Wh, b, t, D, H);
    z.set(b, t * 4 * H);
    addMatVec(z, t * 4 * H, Wx, x, t * D, 4 * H, D);
    addMatVec(z, t * 4 * H, Wh, h, t * H, 4 * H, H);
  }
  const y = new Float64Array(O);
  const newest = new Float64Array(D + E);
  newest.set(x.subarray((T - 1) * D));
  newest.set(window.headX, D);
  headForward(y, h.subarray((T - 1) * H), newest, net.Wy, net.S, net.by, 0, D + E, H, O);
  return { x, z, gates, tanhC, c, h, y };
}

/**
 * The way back, newest row first. m (O): secants of the answer    inputs (T, D) out
 * @returns the share of the state before the first row
 */
function goBack(net: SecantNet, one: Run, zero: Run, m: Float64Array, inputs: Float64Array): number {
  const { D, H, O, Wx, Wh, Wy } = net;
  const mz = new Float64Array(4 * H);
  const mc = new Float64Array(H);
  let mh = new Float64Array(H);
  addTransposedMatVec(mh, 0, Wy, m, 0, O, H);
  for (let t = inputs.length / D - 1; t >= 0; t--) {
    goBackRow(mz, mc, mh, one, zero, t, H);
    addTransposedMatVec(inputs, t * D, Wx, mz, 0, 4 * H, D);
    for (let k = t * D; k < (t + 1) * D; k++) inputs[k] = inputs[k] * (one.x[k] - zero.x[k]);
    mh = new Float64Array(H);
    addTransposedMatVec(mh, 0, Wh, mz, 0, 4 * H, H);
  }
  let older = 0;
  for (let u = 0; u < H; u++) older += mh[u] * (one.h[u] - zero.h[u]) + mc[u] * (one.c[u] - zero.c[u]);
  return older;
}

/** One row of it. mz (4H) out    mc (H) in and out, mh (H) in */
function goBackRow(
  mz: Float64Array,
  mc: Float64Array,
  mh: Float64Array,
  one: Run,
  zero: Run,
  t: number,
  H: number,
): void {
  const squashed = (at: number, value: number): number =>
    value * secantOfTanh(one.z[at], zero.z[at], one.gates[at], zero.gates[at]);
  const opened = (at: number, value: number): number =>
    value * secantOfSigmoid(one.z[at], zero.z[at], one.gates[at], zero.gates[at]);
  for (let u = 0; u < H; u++) {
    const i = t * 4 * H + u;
    const [f, g, o] = [i + H, i + 2 * H, i + 3 * H];
    const [before, after] = [t * H + u, (t + 1) * H + u];
    const ofTanh = secantOfTanh(one.c[after], zero.c[after], one.tanhC[before], zero.tanhC[before]);
    const ofC = mc[u] + mh[u] * mean(one.gates, zero.gates, o) * ofTanh;
    mz[u] = opened(i, ofC * mean(one.gates, zero.gates, g));
    mz[u + H] = opened(f, ofC * mean(one.c, zero.c, before));
    mz[u + 2 * H] = squashed(g, ofC * mean(one.gates, zero.gates, i));
    mz[u + 3 * H] = opened(o, mh[u] * mean(one.tanhC, zero.tanhC, before));
    mc[u] = ofC * mean(one.gates, zero.gates, f);
  }
}

function mean(one: Float64Array, zero: Float64Array, at: number): number {
  return (one[at] + zero[at]) / 2;
}

/** The secant of σ between two places, with its values there. */
function secantOfSigmoid(z: number, z0: number, value: number, value0: number): number {
  const difference = z - z0;
  return Math.abs(difference) < SMALLEST_DIFFERENCE ? value * (1 - value) : (value - value0) / difference;
}

function secantOfTanh(z: number, z0: number, value: number, value0: number): number {
  const difference = z - z0;
  return Math.abs(difference) < SMALLEST_DIFFERENCE ? 1 - value * value : (value - value0) / difference;
}
