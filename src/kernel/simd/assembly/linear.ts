// Recursive least squares with forgetting, in float64. Every sum is taken in the order of the plain kernel's, lane by lane,
// and never with a fused multiply-add: all kernels give the same bits.

/** Doubles of a vector row: n rounded up to a whole vector. */
// @ts-ignore: decorator
@inline
function width(n: i32): usize {
  return <usize>((n + 1) & ~1) * 8;
}

/** Layout: weights (n'), gain (n'), f (n'), P (n, n'), n' = n rounded up to even. */
export function bytesOfLinear(n: i32): i32 {
  return <i32>width(n) * (n + 3);
}

/** Starts with w = 0 and P = I at an address where all bytes are 0. */
export function startLinear(model: usize, n: i32): void {
  const row = width(n);
  const P = model + 3 * row;
  for (let i: usize = 0; i < <usize>n; i++) store<f64>(P + i * row + i * 8, 1);
}

function dot64(a: usize, b: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++, a += 8, b += 8) sum += load<f64>(a) * load<f64>(b);
  return sum;
}

/** w·f, f (n) as it lies in the model. */
export function predictLinear(model: usize, n: i32): f64 {
  return dot64(model, model + 2 * width(n), n);
}

/** One update by f (n) as it lies in the model. @returns whether it learned */
export function updateLinear(
  model: usize,
  n: i32,
  target: f64,
  forgetting: f64,
  errorBound: f64,
  gainBound: f64,
): bool {
  const row = width(n);
  const gain = model + row;
  const f = gain + row;
  const P = f + row;
  gainOf(gain, P, f, n, row);
  const denominator = forgetting + dot64(gain, f, n);
  const error = target - dot64(model, f, n);
  if (!(denominator >= forgetting && denominator < Infinity) || !isFinite(error)) return false;
  const inverse = 1 / denominator;
  const step = f64x2.splat(max(-errorBound, min(errorBound, error)));
  const scale = f64x2.splat(inverse);
  for (let i: usize = 0; i < row; i += 16) {
    const change = f64x2.mul(f64x2.mul(v128.load(gain + i), scale), step);
    v128.store(model + i, f64x2.add(v128.load(model + i), change));
  }
  shrink(P, gain, n, row, scale, f64x2.splat(1 / forgetting));
  bound(P, n, row, gainBound);
  return true;
}

/** gain = P·f: the columns of the symmetric P, one after the other. */
function gainOf(gain: usize, P: usize, f: usize, n: i32, row: usize): void {
  memory.fill(gain, 0, row);
  for (let j = 0; j < n; j++, f += 8, P += row) {
    const factor = v128.load64_splat(f);
    for (let i: usize = 0; i < row; i += 16) {
      v128.store(gain + i, f64x2.add(v128.load(gain + i), f64x2.mul(v128.load(P + i), factor)));
    }
  }
}

/** P = (P − K·Kᵀ·inverse)·growth */
function shrink(P: usize, gain: usize, n: i32, row: usize, inverse: v128, growth: v128): void {
  for (let j: usize = 0; j < <usize>n; j++, P += row) {
    const K = v128.load64_splat(gain + j * 8);
    for (let i: usize = 0; i < row; i += 16) {
      const product = f64x2.mul(f64x2.mul(v128.load(gain + i), K), inverse);
      v128.store(P + i, f64x2.mul(f64x2.sub(v128.load(P + i), product), growth));
    }
  }
}

/** Halves P if its mean diagonal is above the bound. */
function bound(P: usize, n: i32, row: usize, gainBound: f64): void {
  let trace: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) trace += load<f64>(P + i * row + i * 8);
  if (!(trace > gainBound * <f64>n)) return;
  const half = f64x2.splat(0.5);
  for (let at: usize = 0; at < <usize>n * row; at += 16) v128.store(P + at, f64x2.mul(v128.load(P + at), half));
}
