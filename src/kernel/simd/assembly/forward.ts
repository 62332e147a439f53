import { applySigmoid, applyTanh } from './activation';
import { Net, UNITS, weightsOf } from './net';
import { dot, F, madd, V } from './vector';

/**
 * One row of the LSTM: z = W·v; i, f, o = σ(z), g = tanh(z); c = f∘cBefore + i∘g; h = o∘tanh(c).
 * gates (4·H) out, for each 8 units i | f | g | o    tanhC, c, h (H) out    v (K) = [x | h before | 1]    cBefore (H)
 */
export function stepLstm(net: Net, gates: usize, tanhC: usize, c: usize, h: usize, v: usize, cBefore: usize): void {
  const inputs = net.K - 1;
  const blocks = net.H / UNITS;
  let w = weightsOf(net);
  let z = gates;
  for (let block = 0; block < blocks; block++, z += 8 * V) {
    const bias = w + <usize>inputs * 8 * V;
    multiplyGates(z, w, bias, v);
    multiplyGates(z + 4 * V, w + 4 * V, bias + 4 * V, v);
    w = bias + 8 * V;
  }
  z = gates;
  for (let block = 0; block < blocks; block++, z += 8 * V) {
    applySigmoid(z, 4);
    applyTanh(z + 4 * V, z + 4 * V, 2);
    applySigmoid(z + 6 * V, 2);
  }
  z = gates;
  for (let block = 0; block < blocks; block++, z += 8 * V) {
    for (let half: usize = 0; half < 2 * V; half += V) {
      const kept = f32x4.mul(v128.load(z + half, 2 * V), v128.load(cBefore));
      const cell = madd(v128.load(z + half), v128.load(z + half, 4 * V), kept);
      v128.store(c, cell);
      cBefore += V;
      c += V;
    }
  }
  c -= <usize>net.H * F;
  applyTanh(tanhC, c, net.H / 4);
  z = gates;
  for (let block = 0; block < blocks; block++, z += 8 * V, h += 2 * V, tanhC += 2 * V) {
    v128.store(h, f32x4.mul(v128.load(z, 6 * V), v128.load(tanhC)));
    v128.store(h, f32x4.mul(v128.load(z, 7 * V), v128.load(tanhC, V)), V);
  }
}

/**
 * z (16) out: two of the gates of 8 units, which stay in registers while k runs, with the weights of two k beside them.
 * All four gates and their weights are more than 16 registers hold.
 * w: where their weights of the first k lie    bias: where those of the last one do
 */
// @ts-ignore: decorator
@inline
function multiplyGates(z: usize, w: usize, bias: usize, v: usize): void {
  let z0 = v128.load(bias);
  let z1 = v128.load(bias, V);
  let z2 = v128.load(bias, 2 * V);
  let z3 = v128.load(bias, 3 * V);
  for (const last = bias - 8 * V; w < last; v += 2 * F, w += 16 * V) {
    const value = v128.load32_splat(v);
    z0 = madd(v128.load(w), value, z0);
    z1 = madd(v128.load(w, V), value, z1);
    z2 = madd(v128.load(w, 2 * V), value, z2);
    z3 = madd(v128.load(w, 3 * V), value, z3);
    const next = v128.load32_splat(v, F);
    z0 = madd(v128.load(w, 8 * V), next, z0);
    z1 = madd(v128.load(w, 9 * V), next, z1);
    z2 = madd(v128.load(w, 10 * V), next, z2);
    z3 = madd(v128.load(w, 11 * V), next, z3);
  }
  if (w < bias) {
    const value = v128.load32_splat(v);
    z0 = madd(v128.load(w), value, z0);
    z1 = madd(v128.load(w, V), value, z1);
    z2 = madd(v128.load(w, 2 * V), value, z2);
    z3 = madd(v128.load(w, 3 * V), value, z3);
  }
  v128.store(z, z0);
  v128.store(z, z1, V);
  v128.store(z, z2, 2 * V);
  v128.store(z, z3, 3 * V);
}

/** One row of the plain recurrent cell: h = tanh(W·v). h (H) out    v (K) = [x | h before | 1] */
export function stepRnn(net: Net, h: usize, v: usize): void {
  const inputs = net.K - 1;
  let w = weightsOf(net);
  for (let block = 0, out = h; block < net.H / UNITS; block++, out += 2 * V) {
    const bias = w + <usize>inputs * 2 * V;
    let z0 = v128.load(bias);
    let z1 = v128.load(bias, V);
    for (let k: usize = 0; k < <usize>inputs * F; k += F, w += 2 * V) {
      const value = v128.load32_splat(v + k);
      z0 = madd(v128.load(w), value, z0);
      z1 = madd(v128.load(w, V), value, z1);
    }
    w += 2 * V;
    v128.store(out, z0);
    v128.store(out, z1, V);
  }
  applyTanh(h, h, net.H / 4);
}

/** y (O) out = by + Wy·h + S·x. h (H); v (N): the row's, with its x (D) in front and the inputs of the head alone (E) at the end. */
export function stepHead(net: Net, y: usize, h: usize, v: usize): void {
  const D = net.D;
  const H = net.H;
  const E = net.E;
  const last = <usize>net.K * F;
  let row = headOf(net, weightsOf(net));
  for (let o = 0; o < net.O; o++, row += <usize>net.N * F, y += F) {
    const own = dot(row + <usize>D * F, h, H);
    let sum: f32 = load<f32>(row + <usize>(D + H) * F) + own + dot(row, v, D);
    if (E > 0) sum += dot(row + last, v + last, E);
    store<f32>(y, sum);
  }
}

/** The head's rows within weights, moments or gradient. */
// @ts-ignore: decorator
@inline
export function headOf(net: Net, parameters: usize): usize {
  return parameters + <usize>(net.K * net.G * net.H) * F;
}
