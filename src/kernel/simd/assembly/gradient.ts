import { headOf } from './forward';
import { Net, UNITS } from './net';
import { addScaled, F, madd, V, zeroFloats } from './vector';

/**
 * dW out = Σ_t dz_t·v_tᵀ over a whole window, as one product of matrices in blocks of registers: an outer product per row
 * would load and store all of dW in every row. The bias is the last k, where v is 1.
 * gradient (K·G·H) in the order of the weights    dz (T, G·H)    v (T rows of vBytes)
 */
export function weightGradient(net: Net, gradient: usize, dz: usize, v: usize, vBytes: usize, T: i32): void {
  const vectors = net.G * 2;
  const rowBytes = <usize>vectors * V;
  const dzBytes = <usize>(net.G * net.H) * F;
  let out = gradient;
  for (let block = 0; block < net.H / UNITS; block++, dz += rowBytes) {
    let column = v;
    let k = 0;
    for (; k + 4 <= net.K; k += 4, column += 4 * F, out += 4 * rowBytes) {
      for (let j: usize = 0; j < rowBytes; j += 2 * V) fourRows(out + j, rowBytes, dz + j, dzBytes, column, vBytes, T);
    }
    for (; k < net.K; k++, column += F, out += rowBytes) {
      for (let j: usize = 0; j < rowBytes; j += 2 * V) oneRow(out + j, dz + j, dzBytes, column, vBytes, T);
    }
  }
}

/** Four k by two vectors of gates: six loads for eight products. The address of dz counts the rows: no turn adds to a counter. */
// @ts-ignore: decorator
@inline
function fourRows(out: usize, rowBytes: usize, dz: usize, dzBytes: usize, v: usize, vBytes: usize, T: i32): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  for (const end = dz + <usize>T * dzBytes; dz < end; dz += dzBytes, v += vBytes) {
    const left = v128.load(dz);
    const right = v128.load(dz, V);
    const a = v128.load32_splat(v);
    a0 = madd(left, a, a0);
    a1 = madd(right, a, a1);
    const b = v128.load32_splat(v, 4);
    b0 = madd(left, b, b0);
    b1 = madd(right, b, b1);
    const c = v128.load32_splat(v, 8);
    c0 = madd(left, c, c0);
    c1 = madd(right, c, c1);
    const d = v128.load32_splat(v, 12);
    d0 = madd(left, d, d0);
    d1 = madd(right, d, d1);
  }
  v128.store(out, a0);
  v128.store(out, a1, V);
  v128.store(out + rowBytes, b0);
  v128.store(out + rowBytes, b1, V);
  v128.store(out + 2 * rowBytes, c0);
  v128.store(out + 2 * rowBytes, c1, V);
  v128.store(out + 3 * rowBytes, d0);
  v128.store(out + 3 * rowBytes, d1, V);
}

// @ts-ignore: decorator
@inline
function oneRow(out: usize, dz: usize, dzBytes: usize, v: usize, vBytes: usize, T: i32): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  for (let t = 0; t < T; t++, dz += dzBytes, v += vBytes) {
    const a = v128.load32_splat(v);
    a0 = madd(v128.load(dz), a, a0);
    a1 = madd(v128.load(dz, V), a, a1);
  }
  v128.store(out, a0);
  v128.store(out, a1, V);
}

/**
 * The head's part of the gradient: dS, dWy, dby out.
 * gradient (P) of the whole net    dy (T, O)    v (T+1 rows of vBytes): row t has its x, row t + 1 its h
 */
export function headGradient(net: Net, gradient: usize, dy: usize, v: usize, vBytes: usize, T: i32): void {
  const D = net.D;
  const O = net.O;
  let row = headOf(net, gradient);
  const end = gradient + <usize>net.P * F;
  zeroFloats(row, <i32>((end - row) / F));
  const last = <usize>net.K * F;
  for (let o = 0; o < O; o++, row += <usize>net.N * F) {
    let sum: f32 = 0;
    for (let t = 0; t < T; t++) {
      const error = load<f32>(dy + <usize>(t * O + o) * F);
      if (error == 0) continue;
      const own = v + <usize>t * vBytes;
      addScaled(row, own, error, D);
      addScaled(row + <usize>D * F, own + vBytes + <usize>D * F, error, net.H);
      if (net.E > 0) addScaled(row + last, own + last, error, net.E);
      sum += error;
    }
    store<f32>(row + <usize>(D + net.H) * F, sum);
  }
}
