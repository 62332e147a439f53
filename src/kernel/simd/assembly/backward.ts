import { headOf } from './forward';
import { Net, UNITS, weightsOf } from './net';
import { addScaled, F, madd, sumsOf, V } from './vector';

/** 1 in every lane: a load is one instruction, the constant in the code three in every turn. */
const ONE: usize = memory.data<f32>([1, 1, 1, 1], 16);

/**
 * The way back through one row of the LSTM.
 * dz (4·H) out, for each 8 units i | f | g | o    dc (H): read as the gradient of the row's own c from later rows, left as
 * that of the c before it    dh (H): gradient of the row's own h    gates, tanhC as `stepLstm` left them    cBefore (H)
 */
export function backLstm(net: Net, dz: usize, dc: usize, dh: usize, gates: usize, tanhC: usize, cBefore: usize): void {
  for (let block = 0; block < net.H / UNITS; block++, gates += 6 * V, dz += 6 * V) {
    for (let half = 0; half < 2; half++) {
      const one = v128.load(ONE);
      const i = v128.load(gates);
      const f = v128.load(gates, 2 * V);
      const g = v128.load(gates, 4 * V);
      const o = v128.load(gates, 6 * V);
      const squashed = v128.load(tanhC);
      const dhRow = v128.load(dh);
      const slope = f32x4.sub(one, f32x4.mul(squashed, squashed));
      const dcRow = madd(f32x4.mul(dhRow, o), slope, v128.load(dc));
      const dcI = f32x4.mul(dcRow, i);
      v128.store(dz, f32x4.mul(f32x4.mul(dcI, g), f32x4.sub(one, i)));
      const dcF = f32x4.mul(dcRow, f);
      v128.store(dz, f32x4.mul(f32x4.mul(dcF, v128.load(cBefore)), f32x4.sub(one, f)), 2 * V);
      v128.store(dz, f32x4.mul(dcI, f32x4.sub(one, f32x4.mul(g, g))), 4 * V);
      v128.store(dz, f32x4.mul(f32x4.mul(f32x4.mul(dhRow, squashed), o), f32x4.sub(one, o)), 6 * V);
      v128.store(dc, dcF);
      gates += V;
      dz += V;
      tanhC += V;
      cBefore += V;
      dh += V;
      dc += V;
    }
  }
}

/** The way back through one row of the plain recurrent cell. dz (H) out    dh, h (H) of the row */
export function backRnn(net: Net, dz: usize, dh: usize, h: usize): void {
  const one = f32x4.splat(1);
  for (let j = 0; j < net.H / 4; j++, dz += V, dh += V, h += V) {
    const own = v128.load(h);
    v128.store(dz, f32x4.mul(v128.load(dh), f32x4.sub(one, f32x4.mul(own, own))));
  }
}

/**
 * dh (H) out = Whᵀ·dz: eight hidden units at a time, the rows of their weights against dz. The same weights in the same
 * order as on the way forward: no transposed copy.
 */
export function backToHidden(net: Net, dh: usize, dz: usize): void {
  const vectors = net.G * 2;
  const rowBytes = <usize>vectors * V;
  const blockBytes = <usize>net.K * rowBytes;
  const blocks = net.H / UNITS;
  let first = weightsOf(net) + <usize>net.D * rowBytes;
  for (let k = 0; k < net.H; k += 8, dh += 2 * V, first += 8 * rowBytes) {
    if (vectors == 8) {
      eightUnitsOfLstm(dh, first, blockBytes, dz, blocks);
    } else {
      v128.store(dh, fourUnitsOfRnn(first, blockBytes, dz, blocks));
      v128.store(dh, fourUnitsOfRnn(first + 4 * rowBytes, blockBytes, dz, blocks), V);
    }
  }
}

/** Eight sums side by side: none waits for the one before. */
// @ts-ignore: decorator
@inline
function eightUnitsOfLstm(dh: usize, first: usize, blockBytes: usize, dz: usize, blocks: i32): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (let block = 0; block < blocks; block++, first += blockBytes) {
    for (let w = first, end = first + 8 * V; w < end; w += V, dz += V) {
      const gate = v128.load(dz);
      a = madd(v128.load(w), gate, a);
      b = madd(v128.load(w, 8 * V), gate, b);
      c = madd(v128.load(w, 16 * V), gate, c);
      d = madd(v128.load(w, 24 * V), gate, d);
      e = madd(v128.load(w, 32 * V), gate, e);
      f = madd(v128.load(w, 40 * V), gate, f);
      g = madd(v128.load(w, 48 * V), gate, g);
      h = madd(v128.load(w, 56 * V), gate, h);
    }
  }
  v128.store(dh, sumsOf(a, b, c, d));
  v128.store(dh, sumsOf(e, f, g, h), V);
}

// @ts-ignore: decorator
@inline
function fourUnitsOfRnn(first: usize, blockBytes: usize, dz: usize, blocks: i32): v128 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let block = 0; block < blocks; block++, first += blockBytes) {
    for (let w = first, end = first + 2 * V; w < end; w += V, dz += V) {
      const row = v128.load(dz);
      a = madd(v128.load(w), row, a);
      b = madd(v128.load(w, 2 * V), row, b);
      c = madd(v128.load(w, 4 * V), row, c);
      d = madd(v128.load(w, 6 * V), row, d);
    }
  }
  return sumsOf(a, b, c, d);
}

/** dh (H) += Wyᵀ·dy. dy (O) */
export function backThroughHead(net: Net, dh: usize, dy: usize): void {
  let row = headOf(net, weightsOf(net)) + <usize>net.D * F;
  for (let o = 0; o < net.O; o++, row += <usize>net.N * F, dy += F) addScaled(dh, row, load<f32>(dy), net.H);
}
