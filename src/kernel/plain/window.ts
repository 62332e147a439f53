import type { LearnOptions, NetShape, ReplayWindow } from '../kernel.ts';
import type { ParameterViews } from '../parameterLayout.ts';
import { cellInputSize, longestWindow } from '../shapeSizes.ts';
import { addCellGradient, cellBackward, cellForward } from './cell.ts';
import type { Floats } from './floats.ts';
import { headBackward, headForward } from './head.ts';
import { lossOf, softmaxLoss } from './loss.ts';
import type { Workspace } from './workspace.ts';

/** Runs the first T rows of the workspace from its entry 0 of h, c: fills h, c, y and what the way back needs. */
export function forwardWindow(space: Workspace, w: ParameterViews, shape: NetShape, T: number): void {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const { h, x, y, ofCell } = space;
  const cellD = cellInputSize(shape);
  if (cellD < D) copyCellInputs(ofCell.x, x, T, cellD, D);
  for (let t = 0; t < T; t++) {
    cellForward(ofCell, w, cell, t, cellD, H);
    headForward(y, h, x, w.Wy, w.S, w.by, t, D, H, O);
  }
}

/** out (T, cellD) = the first inputs of each row of x (T, D). */
function copyCellInputs(out: Floats, x: Floats, T: number, cellD: number, D: number): void {
  for (let t = 0; t < T; t++) {
    for (let k = 0; k < cellD; k++) out[t * cellD + k] = x[t * D + k];
  }
}

/**
 * Loss of the T rows that `forwardWindow` ran, and its gradient by y.
 * @param count targets that have arrived, or with softmax the sum of the weights of their rows, > 0
 */
export function lossOfWindow(
  space: Workspace,
  shape: NetShape,
  T: number,
  count: number,
  options: LearnOptions,
): number {
  const { dy, y, target, hasTarget, weight } = space;
  const O = shape.outputSize;
  const n = T * O;
  dy.fill(0);
  if (options.loss === 'softmax') return softmaxLoss(dy, y, target, hasTarget, weight, count, T, O);
  return lossOf(dy, y, target, hasTarget, count, n, options);
}

/** Back through all T rows, newest first; leaves the gradient of the loss by every parameter. */
export function backwardWindow(space: Workspace, w: ParameterViews, shape: NetShape, T: number): void {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const { d, dy, dh, dc, h, x, ofCell } = space;
  space.gradient.fill(0);
  dh.fill(0);
  dc.fill(0);
  headBackward(d.Wy, d.S, d.by, dh, dy, h, x, w.Wy, T, D, H, O);
  for (let t = T - 1; t >= 0; t--) cellBackward(ofCell, w, cell, t, H);
  addCellGradient(d, ofCell, cell, T, cellInputSize(shape), H);
}

/** Runs the burn-in of a replay from the state that it begins with, as many rows at a time as fit; entry 0 of h, c is what it led to. */
export function runBurnIn(space: Workspace, w: ParameterViews, shape: NetShape, window: ReplayWindow): void {
  const { inputSize: D, hiddenSize: H } = shape;
  const R = longestWindow(shape);
  const { h, c, x } = space;
  h.fill(0, 0, H);
  c.fill(0, 0, H);
  const { h0, c0 } = window;
  if (h0 !== undefined) h.set(h0);
  if (c0 !== undefined && c.length > 0) c.set(c0);
  for (let done = 0; done < window.burnIn; ) {
    const T = Math.min(R, window.burnIn - done);
    for (let j = 0; j < T * D; j++) x[j] = window.x[done * D + j];
    forwardWindow(space, w, shape, T);
    h.copyWithin(0, T * H, (T + 1) * H);
    c.copyWithin(0, T * H, (T + 1) * H);
    done += T;
  }
}

/** Puts the rows after the burn-in into the workspace. */
export function placeReplay(space: Workspace, shape: NetShape, window: ReplayWindow): void {
  const { inputSize: D, outputSize: O } = shape;
  const { rows, burnIn, weight } = window;
  for (let t = 0; t < rows - burnIn; t++) space.weight[t] = weight === undefined ? 1 : weight[burnIn + t];
  for (let j = 0; j < (rows - burnIn) * D; j++) space.x[j] = window.x[burnIn * D + j];
  for (let j = 0; j < (rows - burnIn) * O; j++) {
    space.target[j] = window.target[burnIn * O + j];
    space.hasTarget[j] = window.hasTarget[burnIn * O + j];
  }
}
