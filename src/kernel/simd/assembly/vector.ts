// Vectors of four float32. The one place where the two builds differ.

/** Bytes of a vector, and of a float32. */
export const V: usize = 16;
export const F: usize = 4;

/** a·b + c: two roundings in the plain build, the machine's choice of one or two in the relaxed one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Σ of the four lanes, in pairs: the same order everywhere. */
// @ts-ignore: decorator
@inline
export function sumOf(a: v128): f32 {
  const pairs = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The four sums of four vectors, as one vector: a 4×4 transposition whose rows are added. */
// @ts-ignore: decorator
@inline
export function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

/** out (n) = from (n), n any number of float32. Own loops: memory.copy leaves the code for a few numbers. */
export function copyFloats(out: usize, from: usize, n: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, out += V, from += V) v128.store(out, v128.load(from));
  for (; i < n; i++, out += F, from += F) store<f32>(out, load<f32>(from));
}

/** out (n) = 0 */
export function zeroFloats(out: usize, n: i32): void {
  const zero = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, out += V) v128.store(out, zero);
  for (; i < n; i++, out += F) store<f32>(out, 0);
}

/** a·b over n float32, n any number; both may lie anywhere. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 8 <= n; i += 8, a += 2 * V, b += 2 * V) {
    sum0 = madd(v128.load(a), v128.load(b), sum0);
    sum1 = madd(v128.load(a, 16), v128.load(b, 16), sum1);
  }
  if (i + 4 <= n) {
    sum0 = madd(v128.load(a), v128.load(b), sum0);
    i += 4;
    a += V;
    b += V;
  }
  let sum = sumOf(f32x4.add(sum0, sum1));
  for (; i < n; i++, a += F, b += F) sum += load<f32>(a) * load<f32>(b);
  return sum;
}

/** out (n) += scale·from (n), n any number; both may lie anywhere. */
export function addScaled(out: usize, from: usize, scale: f32, n: i32): void {
  const factor = f32x4.splat(scale);
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4, out += V, from += V) v128.store(out, madd(v128.load(from), factor, v128.load(out)));
  for (; i < n; i++, out += F, from += F) store<f32>(out, load<f32>(out) + load<f32>(from) * scale);
}
