import { applySigmoid, applyTanh } from './activation.ts';
import type { Floats } from './floats.ts';
import { addMatVec, addTransposedMatVec } from './matrix.ts';

/**
 * Row t of a window, the gated recurrent unit of Cho et al. 2014 in the form of PyTorch's GRU, where the reset gate acts
 * on the candidate's recurrent sum (in the paper on hPrev itself):
 * r, z = σ(b + Wx·x + bh + Wh·hPrev); n = tanh(b + Wx·x + r∘(bh + Wh·hPrev)); h = (1 − z)∘n + z∘hPrev.
 * gates (T,3H) out: activated, stacked r | z | n    recurrent (T,3H) out: bh + Wh·hPrev
 * h (T+1,H): entry t is read as the state before the row, entry t+1 is written
 * x (T,D)    Wx (3H,D)    Wh (3H,H)    b, bh (3H)
 */
export function gruCellForward(
  gates: Floats,
  recurrent: Floats,
  h: Floats,
  x: Floats,
  Wx: Floats,
  Wh: Floats,
  b: Floats,
  bh: Floats,
  t: number,
  D: number,
  H: number,
): void {
  const at = t * 3 * H;
  for (let r = 0; r < 3 * H; r++) {
    gates[at + r] = b[r];
    recurrent[at + r] = bh[r];
  }
  addMatVec(gates, at, Wx, x, t * D, 3 * H, D);
  addMatVec(recurrent, at, Wh, h, t * H, 3 * H, H);
  for (let r = at; r < at + 2 * H; r++) gates[r] += recurrent[r];
  applySigmoid(gates, at, 2 * H);
  const nAt = at + 2 * H;
  for (let u = 0; u < H; u++) gates[nAt + u] += gates[at + u] * recurrent[nAt + u];
  applyTanh(gates, nAt, gates, nAt, H);
  const previous = t * H;
  for (let u = 0; u < H; u++) {
    const z = gates[at + H + u];
    h[previous + H + u] = (1 - z) * gates[nAt + u] + z * h[previous + u];
  }
}

/**
 * The way back through row t. Rows are visited from the newest to the oldest.
 * dz (T,3H) row t out: ∂L/∂(b + Wx·x), from which `addOuterProducts` makes dWx and `addRows` makes db
 * dRecurrent (T,3H) row t out: ∂L/∂recurrent, from which they make dWh and dbh
 * dh (T+1,H): entry t+1 is read as the gradient of the row's own state, entry t is added to
 * gates, recurrent, h as `gruCellForward` left them
 */
export function gruCellBackward(
  dz: Floats,
  dRecurrent: Floats,
  dh: Floats,
  gates: Floats,
  recurrent: Floats,
  h: Floats,
  Wh: Floats,
  t: number,
  H: number,
): void {
  const gatesAt = t * 3 * H;
  for (let u = 0; u < H; u++) {
    const at = gatesAt + u;
    const previous = t * H + u;
    const r = gates[at];
    const z = gates[at + H];
    const n = gates[at + 2 * H];
    const dhU = dh[previous + H];
    const dn = dhU * (1 - z) * (1 - n * n);
    const dr = dn * recurrent[at + 2 * H] * r * (1 - r);
    const dzU = dhU * (h[previous] - n) * z * (1 - z);
    dz[at] = dr;
    dz[at + H] = dzU;
    dz[at + 2 * H] = dn;
    dRecurrent[at] = dr;
    dRecurrent[at + H] = dzU;
    dRecurrent[at + 2 * H] = dn * r;
    dh[previous] += dhU * z;
  }
  addTransposedMatVec(dh, t * H, Wh, dRecurrent, gatesAt, 3 * H, H);
}
