// Exponential and logarithm in float64 for the short ranges that the losses need: the same sums in the same order as in
// src/kernel/math, so that both kernels find the same loss for the same y.

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const LOG2_E: f64 = 1.4426950408889634;
const SQRT2: f64 = 1.4142135623730951;
/** Adding and subtracting 1.5·2^52 rounds to the nearest integer (ties to even). */
const ROUNDER: f64 = 6755399441055744;

/** e^x for x ≤ 0; 0 below −708, NaN stays NaN. */
export function expNegative(x: f64): f64 {
  if (x < -708) return 0;
  const k = x * LOG2_E + ROUNDER - ROUNDER;
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1.0 / 2 + r * (1.0 / 6) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const middle = 1.0 / 720 + r * (1.0 / 5040) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const high = 1.0 / 3628800 + r * (1.0 / 39916800) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  const y = 1 + (r + r2 * (low + r4 * (middle + r4 * high)));
  // Of a NaN the conversion would trap.
  if (k != k) return x;
  return y * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** log(x) for 1 ≤ x ≤ 2; NaN stays NaN. */
export function logOneToTwo(x: f64): f64 {
  const isUpper = x > SQRT2;
  return logReduced(isUpper ? 0.5 * x : x, isUpper ? 1 : 0);
}

/** log(x·2^k) for x in √½ … √2. */
// @ts-ignore: decorator
@inline
function logReduced(x: f64, k: f64): f64 {
  const f = x - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const low = 2.0 / 3 + s2 * (2.0 / 5) + s4 * (2.0 / 7 + s2 * (2.0 / 9));
  const tail = 2.0 / 11 + s2 * (2.0 / 13) + s4 * (2.0 / 15 + s2 * (2.0 / 17) + s4 * (2.0 / 19));
  const r = s2 * (low + s4 * s4 * tail);
  return k * LN2_HIGH + (f - (s * (f - r) - k * LN2_LOW));
}

/** log(x) for 1 ≤ x < 2^52; NaN stays NaN. */
export function logFromOne(x: f64): f64 {
  if (!(x > 2)) return logOneToTwo(x);
  let k: f64 = 0;
  while (x > SQRT2) {
    x *= 0.5;
    k += 1;
  }
  return logReduced(x, k);
}
