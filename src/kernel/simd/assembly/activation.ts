import { madd, V } from './vector';

// tanh(x) ≈ x·P(x²)/Q(x²) on [−8, 8], constant beyond: fitted for the smallest largest error. One division and no
// exponential. Largest error in float32 over all x: tanh 3.3e-7, σ 2.1e-7; |tanh| ≤ 1, σ within [0, 1]; odd to the bit.

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.max(f32x4.splat(-8), f32x4.min(f32x4.splat(8), x));
  const u = f32x4.mul(a, a);
  let p = madd(u, f32x4.splat(1.5061716127810434e-8), f32x4.splat(2.17731781230468e-5));
  let q = madd(u, f32x4.splat(8.453623495856567e-7), f32x4.splat(3.3991726460055486e-4));
  p = madd(u, p, f32x4.splat(3.564151990537877e-3));
  q = madd(u, q, f32x4.splat(2.613599992358692e-2));
  p = madd(u, p, f32x4.splat(0.13438187646664015));
  q = madd(u, q, f32x4.splat(0.46771508421168734));
  p = madd(u, p, f32x4.splat(1));
  q = madd(u, q, f32x4.splat(1));
  return f32x4.div(f32x4.mul(a, p), q);
}

/** σ(x) = ½ + ½·tanh(x/2) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return madd(half, tanh4(f32x4.mul(half, x)), half);
}

/** z = σ(z) for n vectors. */
// @ts-ignore: decorator
@inline
export function applySigmoid(z: usize, n: i32): void {
  for (let j: i32 = 0; j < n; j++, z += V) v128.store(z, sigmoid4(v128.load(z)));
}

/** out = tanh(z) for n vectors; out may be z. */
// @ts-ignore: decorator
@inline
export function applyTanh(out: usize, z: usize, n: i32): void {
  for (let j: i32 = 0; j < n; j++, z += V, out += V) v128.store(out, tanh4(v128.load(z)));
}
