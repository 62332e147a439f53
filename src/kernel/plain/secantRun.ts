import { cellStateSize, gateCount } from '../cellSizes.ts';
import type { CellKind, NetShape } from '../kernel.ts';
import { type ParameterBlock, parameterLayout } from '../parameterLayout.ts';
import { cellInputSize } from '../shapeSizes.ts';
import { cellForward } from './cell.ts';
import type { Floats } from './floats.ts';
import { headForward } from './head.ts';
import { addMatVec } from './matrix.ts';

const NONE = new Float64Array();

/** T rows to run, and the state before them. */
export interface SecantWindow {
  /** (T, D − E): inputs of the cell, oldest row first. */ readonly x: Float64Array;
  /** (E): inputs that the head alone sees, of the newest row. */ readonly headX: Float64Array;
  /** (H): state before the first row; of c nothing is read where the cell has none. */ readonly h: Float64Array;
  readonly c: Float64Array;
}

/** A net in float64. */
export interface SecantNet {
  readonly cell: CellKind;
  /** Inputs of the cell, of the head alone, units, outputs, gates. */
  readonly D: number;
  readonly E: number;
  readonly H: number;
  readonly O: number;
  readonly G: number;
  /** Empty where the cell has none. */
  readonly w: Readonly<Record<ParameterBlock['name'], Float64Array>>;
}

/** @param weights (P) in canonical order @throws RangeError where there are more or fewer of them */
export function secantNet(weights: Floats, shape: NetShape): SecantNet {
  const { cell, hiddenSize: H, outputSize: O, inputSize } = shape;
  const D = cellInputSize(shape);
  const w = { Wx: NONE, Wh: NONE, b: NONE, bh: NONE, p_i: NONE, p_f: NONE, p_o: NONE, Wy: NONE, S: NONE, by: NONE };
  let end = 0;
  for (const { name, offset, rows, columns } of parameterLayout(shape)) {
    end = offset + rows * columns;
    w[name] = Float64Array.from(weights.subarray(offset, end));
  }
  if (end !== weights.length) throw new RangeError(`${weights.length} weights, ${end} are needed`);
  return { cell, D, E: inputSize - D, H, O, G: gateCount(cell), w };
}

/** T @throws RangeError where the lengths do not fit together */
export function rowsOfWindow({ cell, D, E, H }: SecantNet, { x, headX, h, c }: SecantWindow): number {
  const T = x.length / D;
  const hasStates = h.length === H && (cellStateSize(cell, H) === 0 || c.length === H);
  if (!(Number.isInteger(T) && T > 0 && headX.length === E && hasStates))
    throw new RangeError(`a window of ${x.length}, ${headX.length}, ${h.length} and ${c.length} numbers`);
  return T;
}

/** Everything that a net did in a window; empty is what its cell does not have. */
export interface SecantRun {
  /** (T, D) */ readonly x: Float64Array;
  /** (T, G·H): gates before and after their functions, stacked as in `parameterLayout`. */
  readonly z: Float64Array;
  readonly gates: Float64Array;
  /** (T, G·H): bh + Wh·hPrev of the GRU. */ readonly recurrent: Float64Array;
  /** (T, H) */ readonly tanhC: Float64Array;
  /** (T + 1, H) */ readonly c: Float64Array;
  readonly h: Float64Array;
  /** (O) at the newest row */ readonly y: Float64Array;
}

export function runWindow(net: SecantNet, window: SecantWindow, T: number): SecantRun {
  const { cell, D, E, H, O, G, w } = net;
  const { x } = window;
  const states = cellStateSize(cell, H);
  const [z, gates, recurrent] = [0, 1, 2].map(() => new Float64Array(T * G * H));
  const [c, h, tanhC] = [new Float64Array((T + 1) * states), new Float64Array((T + 1) * H), new Float64Array(T * H)];
  if (states > 0) c.set(window.c);
  h.set(window.h);
  const space = { x, h, c, gates, tanhC, recurrent, dz: NONE, dRecurrent: NONE, dh: NONE, dc: NONE };
  for (let t = 0; t < T; t++) cellForward(space, w, cell, t, D, H);
  const y = new Float64Array(O);
  const newest = new Float64Array(D + E);
  newest.set(x.subarray((T - 1) * D));
  newest.set(window.headX, D);
  headForward(y, h.subarray((T - 1) * H), newest, w.Wy, w.S, w.by, 0, D + E, H, O);
  const run = { x, z, gates, recurrent, tanhC, c, h, y };
  for (let t = 0; t < T; t++) writeSums(net, run, t);
  return run;
}

/** Row t of z: the sums that the gates squash. */
function writeSums({ cell, D, H, G, w }: SecantNet, { x, z, gates, recurrent, c, h }: SecantRun, t: number): void {
  const at = t * G * H;
  z.set(w.b, at);
  addMatVec(z, at, w.Wx, x, t * D, G * H, D);
  if (cell !== 'gru') addMatVec(z, at, w.Wh, h, t * H, G * H, H);
  for (let u = 0; u < H; u++) {
    if (cell === 'lstm_peephole') {
      z[at + u] += w.p_i[u] * c[t * H + u];
      z[at + H + u] += w.p_f[u] * c[t * H + u];
      z[at + 3 * H + u] += w.p_o[u] * c[(t + 1) * H + u];
    } else if (cell === 'gru') {
      z[at + u] += recurrent[at + u];
      z[at + H + u] += recurrent[at + H + u];
      z[at + 2 * H + u] += gates[at + u] * recurrent[at + 2 * H + u];
    }
  }
}
