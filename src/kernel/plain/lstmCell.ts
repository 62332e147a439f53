import { applySigmoid, applyTanh } from './activation.ts';
import type { Floats } from './floats.ts';
import { addMatVec, addTransposedMatVec } from './matrix.ts';

/**
 * Row t of a window: z = b + Wx·x + Wh·hPrev; i, f, o = σ(z), g = tanh(z); c = f∘cPrev + i∘g; h = o∘tanh(c).
 * gates (T,4H) out: activated, stacked i | f | g | o    tanhC (T,H) out
 * c, h (T+1,H): entry t is read as the state before the row, entry t+1 is written
 * x (T,D)    Wx (4H,D)    Wh (4H,H)    b (4H)
 * Stacked rows: one pass over memory for all four gates.
 */
export function lstmCellForward(
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
  const gatesAt = t * 4 * H;
  for (let r = 0; r < 4 * H; r++) gates[gatesAt + r] = b[r];
  addMatVec(gates, gatesAt, Wx, x, t * D, 4 * H, D);
  addMatVec(gates, gatesAt, Wh, h, t * H, 4 * H, H);
  applySigmoid(gates, gatesAt, 2 * H);
  applyTanh(gates, gatesAt + 2 * H, gates, gatesAt + 2 * H, H);
  applySigmoid(gates, gatesAt + 3 * H, H);
  const previous = t * H;
  const next = previous + H;
  for (let u = 0; u < H; u++) {
    const at = gatesAt + u;
    c[next + u] = gates[at + H] * c[previous + u] + gates[at] * gates[at + 2 * H];
  }
  applyTanh(tanhC, previous, c, next, H);
  for (let u = 0; u < H; u++) h[next + u] = gates[gatesAt + 3 * H + u] * tanhC[previous + u];
}

/**
 * The way back through row t. Rows are visited from the newest to the oldest.
 * dz (T,4H) row t out: ∂L/∂z, from which `addOuterProducts` makes dWx, dWh and `addRows` makes db
 * dc, dh (T+1,H): entry t+1 is read as the gradient of the row's own state, entry t is added to
 * gates, tanhC, c as `lstmCellForward` left them
 */
export function lstmCellBackward(
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
  const gatesAt = t * 4 * H;
  for (let u = 0; u < H; u++) {
    const at = gatesAt + u;
    const previous = t * H + u;
    const i = gates[at];
    const f = gates[at + H];
    const g = gates[at + 2 * H];
    const o = gates[at + 3 * H];
    const squashed = tanhC[previous];
    const dhU = dh[previous + H];
    const dcU = dc[previous + H] + dhU * o * (1 - squashed * squashed);
    dz[at] = dcU * g * i * (1 - i);
    dz[at + H] = dcU * c[previous] * f * (1 - f);
    dz[at + 2 * H] = dcU * i * (1 - g * g);
    dz[at + 3 * H] = dhU * squashed * o * (1 - o);
    dc[previous] += dcU * f;
  }
  addTransposedMatVec(dh, t * H, Wh, dz, gatesAt, 4 * H, H);
}
