import type { Floats } from './floats.ts';
import { addMatVec, addOuterProducts, addRows, addTransposedMatVec } from './matrix.ts';

/**
 * Row t of a window: y = by + Wy·h + S·x, one output per horizon. S is the linear skip from the inputs.
 * y (T,O) row t out    h (T+1,H): entry t+1, the row's own state    x (T,D)    Wy (O,H)    S (O,D)    by (O)
 */
export function headForward(
  y: Floats,
  h: Floats,
  x: Floats,
  Wy: Floats,
  S: Floats,
  by: Floats,
  t: number,
  D: number,
  H: number,
  O: number,
): void {
  const yAt = t * O;
  for (let o = 0; o < O; o++) y[yAt + o] = by[o];
  addMatVec(y, yAt, Wy, h, (t + 1) * H, O, H);
  addMatVec(y, yAt, S, x, t * D, O, D);
}

/**
 * The way back through the head for a whole window.
 * dWy (O,H), dS (O,D), dby (O), dh (T+1,H) entries 1 … T: all added to
 * dy (T,O)    h (T+1,H)    x (T,D)    Wy (O,H)
 */
export function headBackward(
  dWy: Floats,
  dS: Floats,
  dby: Floats,
  dh: Floats,
  dy: Floats,
  h: Floats,
  x: Floats,
  Wy: Floats,
  T: number,
  D: number,
  H: number,
  O: number,
): void {
  addOuterProducts(dWy, dy, h, H, T, O, H);
  addOuterProducts(dS, dy, x, 0, T, O, D);
  addRows(dby, dy, T, O);
  for (let t = 0; t < T; t++) addTransposedMatVec(dh, (t + 1) * H, Wy, dy, t * O, O, H);
}
