import { applySigmoid, applyTanh } from './activation.ts';
import type { Floats } from './floats.ts';
import { addMatVec, addTransposedMatVec } from './matrix.ts';

/**
 * Row t of a window: the LSTM with coupled input and forget gate (Greff et al. 2017), which forgets exactly as much as it
 * writes: i, o = σ(z), g = tanh(z), z = b + Wx·x + Wh·hPrev; f = 1 − i; c = f∘cPrev + i∘g; h = o∘tanh(c).
 * gates (T,3H) out: activated, stacked i | g | o    tanhC (T,H) out
 * c, h (T+1,H): entry t is read as the state before the row, entry t+1 is written
 * x (T,D)    Wx (3H,D)    Wh (3H,H)    b (3H)
 */
export function coupledCellForward(
  gates: Floats,
  tanhC: Floats,
  c: Floats,
  h: Floats,
  x: Floats,
  Wx: Floats,
  Wh: Floats,
  b: Floats,
  t: number,
  D: number,
  H: number,
): void {
  const gatesAt = t * 3 * H;
  for (let r = 0; r < 3 * H; r++) gates[gatesAt + r] = b[r];
  addMatVec(gates, gatesAt, Wx, x, t * D, 3 * H, D);
  addMatVec(gates, gatesAt, Wh, h, t * H, 3 * H, H);
  applySigmoid(gates, gatesAt, H);
  applyTanh(gates, gatesAt + H, gates, gatesAt + H, H);
  applySigmoid(gates, gatesAt + 2 * H, H);
  const previous = t * H;
  const next = previous + H;
  for (let u = 0; u < H; u++) {
    const i = gates[gatesAt + u];
    c[next + u] = (1 - i) * c[previous + u] + i * gates[gatesAt + H + u];
  }
  applyTanh(tanhC, previous, c, next, H);
  for (let u = 0; u < H; u++) h[next + u] = gates[gatesAt + 2 * H + u] * tanhC[previous + u];
}

/**
 * The way back through row t. Rows are visited from the newest to the oldest.
 * dz (T,3H) row t out: ∂L/∂z, from which `addOuterProducts` makes dWx, dWh and `addRows` makes db
 * dc, dh (T+1,H): entry t+1 is read as the gradient of the row's own state, entry t is added to
 * gates, tanhC, c as `coupledCellForward` left them
 */
export function coupledCellBackward(
  dz: Floats,
  dc: Floats,
  dh: Floats,
  gates: Floats,
  tanhC: Floats,
  c: Floats,
  Wh: Floats,
  t: number,
  H: number,
): void {
  const gatesAt = t * 3 * H;
  for (let u = 0; u < H; u++) {
    const at = gatesAt + u;
    const previous = t * H + u;
    const i = gates[at];
    const g = gates[at + H];
    const o = gates[at + 2 * H];
    const squashed = tanhC[previous];
    const dhU = dh[previous + H];
    const dcU = dc[previous + H] + dhU * o * (1 - squashed * squashed);
    dz[at] = dcU * (g - c[previous]) * i * (1 - i);
    dz[at + H] = dcU * i * (1 - g * g);
    dz[at + 2 * H] = dhU * squashed * o * (1 - o);
    dc[previous] += dcU * (1 - i);
  }
  addTransposedMatVec(dh, t * H, Wh, dz, gatesAt, 3 * H, H);
}
