import { gateCount } from '../cellSizes.ts';
import type { CellKind, NetShape } from '../kernel.ts';
import { parameterViews } from '../parameterLayout.ts';
import { cellInputSize } from '../shapeSizes.ts';
import { cellForward } from './cell.ts';
import { createWorkspace } from './workspace.ts';

/** A gate of a cell, its candidate (g, of a GRU n), its cell state c or its hidden state h. */
export type StateName = 'i' | 'f' | 'g' | 'o' | 'r' | 'z' | 'n' | 'c' | 'h';

/** (T, H) each, oldest row first: gates in the order of the cell, then c where it has one, then h. */
export type CellTrace = readonly { readonly name: StateName; readonly values: Float32Array }[];

/** Names of the stacked gates. */
const GATES: Readonly<Record<CellKind, readonly StateName[]>> = {
  lstm: ['i', 'f', 'g', 'o'],
  lstm_peephole: ['i', 'f', 'g', 'o'],
  lstm_coupled: ['i', 'g', 'o'],
  gru: ['r', 'z', 'n'],
  rnn: [],
};

/** (H) each: the state before the first row. */
export interface CellStart {
  readonly h: Float32Array;
  readonly c: Float32Array;
}

/**
 * Runs rows through the cell of a net and keeps all that its gates did. The coupled cell has f = 1 − i as a gate of its own.
 * @param weights (P) in canonical order
 * @param x (T, D − E): inputs of the cell, oldest row first
 * @param start default: h = c = 0
 * @throws RangeError where the rows are not whole
 */
export function traceCell(weights: Float32Array, shape: NetShape, x: Float32Array, start?: CellStart): CellTrace {
  const { cell, hiddenSize: H } = shape;
  const D = cellInputSize(shape);
  const T = x.length / D;
  if (!Number.isInteger(T)) throw new RangeError(`${x.length} inputs are no rows of ${D}`);
  const w = parameterViews(weights, shape);
  const space = createWorkspace({ ...shape, rows: T, windowRows: T }).ofCell;
  const { h, c, gates } = space;
  space.x.set(x);
  if (start !== undefined) {
    h.set(start.h);
    if (c.length > 0) c.set(start.c);
  }
  for (let t = 0; t < T; t++) cellForward(space, w, cell, t, D, H);
  const G = gateCount(cell);
  const traced = GATES[cell].map((name, g) => ({ name, values: stretches(gates, g * H, G * H, T, H) }));
  const states = [...traced, ...(c.length > 0 ? [{ name: 'c' as const, values: stretches(c, H, H, T, H) }] : [])];
  if (cell === 'lstm_coupled') states.splice(1, 0, { name: 'f', values: traced[0].values.map((i) => 1 - i) });
  return [...states, { name: 'h', values: stretches(h, H, H, T, H) }];
}

/** (T, H) of an array that has them from `at` on, a `stride` apart. */
function stretches(from: ArrayLike<number>, at: number, stride: number, T: number, H: number): Float32Array {
  const out = new Float32Array(T * H);
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < H; u++) out[t * H + u] = from[at + t * stride + u];
  }
  return out;
}

/** (T, H) of that name; undefined where the cell has none. */
export function stateOf(trace: CellTrace, name: StateName): Float32Array | undefined {
  return trace.find((state) => state.name === name)?.values;
}
