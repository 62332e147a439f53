import type { NetShape } from '../kernel.ts';
import { parameterViews } from '../parameterLayout.ts';
import { cellInputSize } from '../shapeSizes.ts';
import { cellBackward, cellForward } from './cell.ts';
import type { Floats } from './floats.ts';
import { createWorkspace } from './workspace.ts';

/**
 * Share of the error at a row that reaches the state of earlier rows: the Euclidean norm of ∂y(t)/∂(h, c)(t − lag) for one
 * output y. Back-propagation multiplies every error by it on the way there.
 * @param weights (P) in canonical order
 * @param x (T, D − E): inputs of the cell in rows that are run from h = c = 0
 * @param at the rows t whose output is looked at; each has `longest` rows before it
 * @returns (longest + 1): the mean over `at`, by lag from 0 on
 */
export function gradientByLag(
  weights: Float32Array,
  shape: NetShape,
  x: Float32Array,
  at: readonly number[],
  longest: number,
  output = 0,
): Float64Array {
  const { cell, hiddenSize: H } = shape;
  const D = cellInputSize(shape);
  const T = x.length / D;
  const w = parameterViews(weights, shape);
  const space = createWorkspace({ ...shape, rows: T, windowRows: T }).ofCell;
  const { dh, dc } = space;
  space.x.set(x);
  for (let t = 0; t < T; t++) cellForward(space, w, cell, t, D, H);
  const mean = new Float64Array(longest + 1);
  for (const t of at) {
    if (t < longest || t >= T) throw new RangeError(`row ${t} has not ${longest} rows before it, or is not there`);
    dh.fill(0, (t + 1 - longest) * H, (t + 1) * H);
    dc.fill(0, (t + 1 - longest) * H, (t + 2) * H);
    dh.set(w.Wy.subarray(output * H, (output + 1) * H), (t + 1) * H);
    for (let lag = 0; lag <= longest; lag++) {
      const state = t + 1 - lag;
      const norm = normOf(dh, dc, state * H, H);
      mean[lag] = mean[lag] + norm / at.length;
      if (lag < longest) cellBackward(space, w, cell, state - 1, H);
    }
  }
  return mean;
}

/** Euclidean norm of dh and dc together (dc is empty where the cell has no c). */
function normOf(dh: Floats, dc: Floats, at: number, H: number): number {
  let sum = 0;
  for (let u = at; u < at + H; u++) {
    const ofH = dh[u];
    const ofC = dc[u] ?? 0;
    sum += ofH * ofH + ofC * ofC;
  }
  return Math.sqrt(sum);
}
