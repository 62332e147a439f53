import { applyTanh } from './activation.ts';
import type { Floats } from './floats.ts';
import { addMatVec, addTransposedMatVec } from './matrix.ts';

/**
 * Row t of a window: h = tanh(b + Wx·x + Wh·hPrev).
 * h (T+1,H): entry t is read as the state before the row, entry t+1 is written
 * x (T,D)    Wx (H,D)    Wh (H,H)    b (H)
 */
export function rnnCellForward(
  h: Floats,
  x: Floats,
  Wx: Floats,
  Wh: Floats,
  b: Floats,
  t: number,
  D: number,
  H: number,
): void {
  const hAt = (t + 1) * H;
  for (let u = 0; u < H; u++) h[hAt + u] = b[u];
  addMatVec(h, hAt, Wx, x, t * D, H, D);
  addMatVec(h, hAt, Wh, h, t * H, H, H);
  applyTanh(h, hAt, h, hAt, H);
}

/**
 * The way back through row t. Rows are visited from the newest to the oldest.
 * dz (T,H) row t out: ∂L/∂z, from which `addOuterProducts` makes dWx, dWh and `addRows` makes db
 * dh (T+1,H): entry t+1 is read as the gradient of the row's own state, entry t is added to
 * h (T+1,H) as `rnnCellForward` left it
 */
export function rnnCellBackward(dz: Floats, dh: Floats, h: Floats, Wh: Floats, t: number, H: number): void {
  const dzAt = t * H;
  for (let u = 0; u < H; u++) {
    const own = h[dzAt + H + u];
    dz[dzAt + u] = dh[dzAt + H + u] * (1 - own * own);
  }
  addTransposedMatVec(dh, dzAt, Wh, dz, dzAt, H, H);
}
