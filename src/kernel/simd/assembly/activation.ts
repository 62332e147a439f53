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

/**
 * out = shift + a·P(a²)/Q(a²), a = z within the bounds, for two vectors at a time, which share each constant that is loaded.
 * out may be z    shift: known to the compiler; where it is 0 nothing is added
 */
// @ts-ignore: decorator
@inline
function squashPair(out: usize, z: usize, table: usize, shift: f32): void {
  const highest = v128.load32_splat(table);
  const lowest = v128.load32_splat(table, 4);
  const a0 = f32x4.pmax(f32x4.pmin(v128.load(z), highest), lowest);
  const a1 = f32x4.pmax(f32x4.pmin(v128.load(z, V), highest), lowest);
  const u0 = f32x4.mul(a0, a0);
  const u1 = f32x4.mul(a1, a1);
  let c = v128.load32_splat(table, 8);
  let d = v128.load32_splat(table, 12);
  let p0 = madd(u0, c, d);
  let p1 = madd(u1, c, d);
  c = v128.load32_splat(table, 28);
  d = v128.load32_splat(table, 32);
  let q0 = madd(u0, c, d);
  let q1 = madd(u1, c, d);
  c = v128.load32_splat(table, 16);
  p0 = madd(u0, p0, c);
  p1 = madd(u1, p1, c);
  d = v128.load32_splat(table, 36);
  q0 = madd(u0, q0, d);
  q1 = madd(u1, q1, d);
  c = v128.load32_splat(table, 20);
  p0 = madd(u0, p0, c);
  p1 = madd(u1, p1, c);
  d = v128.load32_splat(table, 40);
  q0 = madd(u0, q0, d);
  q1 = madd(u1, q1, d);
  c = v128.load32_splat(table, 24);
  p0 = madd(u0, p0, c);
  p1 = madd(u1, p1, c);
  d = v128.load32_splat(table, 44);
  q0 = madd(u0, q0, d);
  q1 = madd(u1, q1, d);
  const y0 = f32x4.div(f32x4.mul(a0, p0), q0);
  const y1 = f32x4.div(f32x4.mul(a1, p1), q1);
  v128.store(out, shift == 0 ? y0 : f32x4.add(y0, f32x4.splat(shift)));
  v128.store(out, shift == 0 ? y1 : f32x4.add(y1, f32x4.splat(shift)), V);
}

/** z = σ(z) for n vectors, n even. */
// @ts-ignore: decorator
@inline
export function applySigmoid(z: usize, n: i32): void {
  for (let j: i32 = 0; j < n; j += 2, z += 2 * V) squashPair(z, z, SIGMOID, 0.5);
}

/** out = tanh(z) for n vectors, n even; out may be z. */
// @ts-ignore: decorator
@inline
export function applyTanh(out: usize, z: usize, n: i32): void {
  for (let j: i32 = 0; j < n; j += 2, z += 2 * V, out += 2 * V) squashPair(out, z, TANH, 0);
}
