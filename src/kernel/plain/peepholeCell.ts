import { applySigmoid, applyTanh } from './activation.ts';
import type { Floats } from './floats.ts';
import { addMatVec, addTransposedMatVec } from './matrix.ts';

/**
 * Row t of a window: the LSTM whose gates also see the cell state, one weight per unit (Gers & Schmidhuber 2000; input and
 * forget gate see it as it was, the output gate as it is now):
 * i = σ(z_i + p_i∘cPrev), f = σ(z_f + p_f∘cPrev), g = tanh(z_g); c = f∘cPrev + i∘g; o = σ(z_o + p_o∘c); h = o∘tanh(c),
 * z = b + Wx·x + Wh·hPrev.
 * gates (T,4H) out: activated, stacked i | f | g | o    tanhC (T,H) out
 * c, h (T+1,H): entry t is read as the state before the row, entry t+1 is written
 * x (T,D)    Wx (4H,D)    Wh (4H,H)    b (4H)    p_i, p_f, p_o (H)
 */
export function peepholeCellForward(
  gates: Floats,
  tanhC: Floats,
  c: Floats,
  h: Floats,
  x: Floats,
  Wx: Floats,
  Wh: Floats,
  b: Floats,
  p_i: Floats,
  p_f: Floats,
  p_o: Floats,
  t: number,
  D: number,
  H: number,
): void {
  const gatesAt = t * 4 * H;
  const previous = t * H;
  const next = previous + H;
  for (let r = 0; r < 4 * H; r++) gates[gatesAt + r] = b[r];
  addMatVec(gates, gatesAt, Wx, x, t * D, 4 * H, D);
  addMatVec(gates, gatesAt, Wh, h, t * H, 4 * H, H);
  for (let u = 0; u < H; u++) {
    gates[gatesAt + u] += p_i[u] * c[previous + u];
    gates[gatesAt + H + u] += p_f[u] * c[previous + u];
  }
  applySigmoid(gates, gatesAt, 2 * H);
  applyTanh(gates, gatesAt + 2 * H, gates, gatesAt + 2 * H, H);
  for (let u = 0; u < H; u++) {
    const at = gatesAt + u;
    c[next + u] = gates[at + H] * c[previous + u] + gates[at] * gates[at + 2 * H];
    gates[at + 3 * H] += p_o[u] * c[next + u];
  }
  applySigmoid(gates, gatesAt + 3 * H, H);
  applyTanh(tanhC, previous, c, next, H);
  for (let u = 0; u < H; u++) h[next + u] = gates[gatesAt + 3 * H + u] * tanhC[previous + u];
}

/**
 * The way back through row t. Rows are visited from the newest to the oldest.
 * dz (T,4H) row t out: ∂L/∂ of what the gates squash, from which `addOuterProducts` makes dWx, dWh, `addRows` makes db and
 *   `addPeepholeGradient` the rest
 * dc, dh (T+1,H): entry t+1 is read as the gradient of the row's own state, entry t is added to
 * gates, tanhC, c as `peepholeCellForward` left them
 */
export function peepholeCellBackward(
  dz: Floats,
  dc: Floats,
  dh: Floats,
  gates: Floats,
  tanhC: Floats,
  c: Floats,
  Wh: Floats,
  p_i: Floats,
  p_f: Floats,
  p_o: Floats,
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
    const dzO = dhU * squashed * o * (1 - o);
    const dcU = dc[previous + H] + dhU * o * (1 - squashed * squashed) + dzO * p_o[u];
    const dzI = dcU * g * i * (1 - i);
    const dzF = dcU * c[previous] * f * (1 - f);
    dz[at] = dzI;
    dz[at + H] = dzF;
    dz[at + 2 * H] = dcU * i * (1 - g * g);
    dz[at + 3 * H] = dzO;
    dc[previous] += dcU * f + dzI * p_i[u] + dzF * p_f[u];
  }
  addTransposedMatVec(dh, t * H, Wh, dz, gatesAt, 4 * H, H);
}

/** dp_i, dp_f, dp_o (H) added to: Σ over the T rows of dz (T,4H) times the c (T+1,H) that the gate saw. */
export function addPeepholeGradient(
  dp_i: Floats,
  dp_f: Floats,
  dp_o: Floats,
  dz: Floats,
  c: Floats,
  T: number,
  H: number,
): void {
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < H; u++) {
      const at = t * 4 * H + u;
      const previous = t * H + u;
      dp_i[u] += dz[at] * c[previous];
      dp_f[u] += dz[at + H] * c[previous];
      dp_o[u] += dz[at + 3 * H] * c[previous + H];
    }
  }
}
