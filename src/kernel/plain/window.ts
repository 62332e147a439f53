import type { LearnOptions, NetShape, ReplayWindow } from '../kernel.ts';
import type { ParameterViews } from '../parameterLayout.ts';
import { addCellGradient, cellBackward, cellForward } from './cell.ts';
import { headBackward, headForward } from './head.ts';
import { lossOf } from './loss.ts';
import type { Workspace } from './workspace.ts';

/** Runs the first T rows of the workspace from its entry 0 of h, c: fills h, c, y and what the way back needs. */
export function forwardWindow(space: Workspace, w: ParameterViews, shape: NetShape, T: number): void {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const { h, x, y } = space;
  for (let t = 0; t < T; t++) {
    cellForward(space, w, cell, t, D, H);
    headForward(y, h, x, w.Wy, w.S, w.by, t, D, H, O);
  }
}

/** Loss of the T rows that `forwardWindow` ran, and its gradient by y. @param count targets that have arrived, ≥ 1 */
export function lossOfWindow(
  space: Workspace,
  shape: NetShape,
  T: number,
  count: number,
  options: LearnOptions,
): number {
  const { dy, y, target, hasTarget } = space;
  const n = T * shape.outputSize;
  dy.fill(0);
  return lossOf(dy, y, target, hasTarget, count, n, options);
}

/** Back through all T rows, newest first; leaves the gradient of the loss by every parameter. */
export function backwardWindow(space: Workspace, w: ParameterViews, shape: NetShape, T: number): void {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const { d, dy, dh, dc, h, x } = space;
  space.gradient.fill(0);
  dh.fill(0);
  dc.fill(0);
  headBackward(d.Wy, d.S, d.by, dh, dy, h, x, w.Wy, T, D, H, O);
  for (let t = T - 1; t >= 0; t--) cellBackward(space, w, cell, t, H);
  addCellGradient(d, space, cell, T, D, H);
}

/** Runs the burn-in of a replay from h = c = 0, as many rows at a time as fit; entry 0 of h, c is what it led to. */
export function runBurnIn(space: Workspace, w: ParameterViews, shape: NetShape, window: ReplayWindow): void {
  const { inputSize: D, hiddenSize: H, rows: R } = shape;
  const { h, c, x } = space;
  h.fill(0, 0, H);
  c.fill(0, 0, H);
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
  const { rows, burnIn } = window;
  for (let j = 0; j < (rows - burnIn) * D; j++) space.x[j] = window.x[burnIn * D + j];
  for (let j = 0; j < (rows - burnIn) * O; j++) {
    space.target[j] = window.target[burnIn * O + j];
    space.hasTarget[j] = window.hasTarget[burnIn * O + j];
  }
}
