import { madd, V } from './vector';

// tanh(x) ≈ x·P(x²)/Q(x²) on [−8, 8], constant beyond: fitted for the smallest largest error. One division and no
// exponential. Largest error in float32 over all x: tanh 3.3e-7, σ 2.1e-7; |tanh| ≤ 1, σ within [0, 1]; odd to the bit.
// The coefficients are read from memory: as constants in the code they would be built anew, in three instructions each.
// pmin and pmax, because min and max of WebAssembly cost eight instructions on x86; in this order they pass a NaN on.


/** tanh: bounds, P from the highest power of u = x² down, Q likewise; both end with 1. */
const TANH: usize = memory.data<f32>([
  8, -8, 1.5061716127810434e-8, 2.17731781230468e-5, 3.564151990537877e-3, 0.13438187646664015, 1,
  8.453623495856567e-7, 3.3991726460055486e-4, 2.613599992358692e-2, 0.46771508421168734, 1,
]);
/** σ − ½ = ½·tanh(x/2): the same with the factors ½ and u/4 multiplied in, which are powers of two and round nothing. */
const SIGMOID: usize = memory.data<f32>([
  16, -16, 1.470870715606488e-11, 8.505147704315156e-8, 5.568987485215433e-5, 8.39886727916501e-3, 0.25,
  3.302196678068972e-9, 5.311207259383670e-6, 1.633499995224182e-3, 0.11692877105292183, 1,
]);

/** a·P(a²)/Q(a²), a = x within the bounds. */
// @ts-ignore: decorator
@inline
function ratio(x: v128, table: usize): v128 {
  const a = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(table)), v128.load32_splat(table, 4));
  const u = f32x4.mul(a, a);
  let p = madd(u, v128.load32_splat(table, 8), v128.load32_splat(table, 12));
  let q = madd(u, v128.load32_splat(table, 28), v128.load32_splat(table, 32));
  p = madd(u, p, v128.load32_splat(table, 16));
  q = madd(u, q, v128.load32_splat(table, 36));
  p = madd(u, p, v128.load32_splat(table, 20));
  q = madd(u, q, v128.load32_splat(table, 40));
  p = madd(u, p, v128.load32_splat(table, 24));
  q = madd(u, q, v128.load32_splat(table, 44));
  return f32x4.div(f32x4.mul(a, p), q);
}

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  return ratio(x, TANH);
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.add(ratio(x, SIGMOID), f32x4.splat(0.5));
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
