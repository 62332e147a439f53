const TWO_OVER_PI = 0.6366197723675814;
const TWO_PI = 6.283185307179586;
/** Above this, n·PART_1 would no longer be exact. */
const EXACT_LIMIT = 1_000_000;
const ROUNDER = 6755399441055744;
// π/2 in three parts; the first two have 33 significant bits, so that their products with n < 2^20 are exact.
const PART_1 = 1.5707963267341256;
const PART_2 = 6.077100506303966e-11;
const PART_3 = 2.0222662487959506e-21;

/**
 * Sine of x radians. Absolute error ≤ 3e-16 for |x| ≤ 1e6. Beyond that it is the sine of an argument within |x|·2e-16
 * of x (the spacing of float64 there). −0 stays −0; NaN for NaN and ±Infinity.
 * x = n·π/2 + r with |r| ≤ π/4 (Cody and Waite), then the Taylor series of sine or cosine by the quadrant n mod 4.
 */
export function sin(x: number): number {
  return x === 0 ? x : sinOfQuadrant(x, 0);
}

/** Cosine of x radians; errors as for `sin`. */
export function cos(x: number): number {
  return sinOfQuadrant(x, 1);
}

/** sin(x + shift·π/2) */
function sinOfQuadrant(x: number, shift: number): number {
  const near = x > EXACT_LIMIT || x < -EXACT_LIMIT ? x % TWO_PI : x;
  const n = near * TWO_OVER_PI + ROUNDER - ROUNDER;
  const r = near - n * PART_1 - n * PART_2 - n * PART_3;
  const quadrant = (n + shift) & 3;
  const y = (quadrant & 1) === 0 ? sinReduced(r) : cosReduced(r);
  return (quadrant & 2) === 0 ? y : -y;
}

/** To r^15; the first term left out is below 5e-17 for |r| ≤ π/4. */
function sinReduced(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = -1 / 6 + r2 * (1 / 120) + r4 * (-1 / 5040 + r2 * (1 / 362880));
  const high = -1 / 39916800 + r2 * (1 / 6227020800) + r4 * (-1 / 1307674368000);
  return r + r * r2 * (low + r4 * r4 * high);
}

/** To r^16; the first term left out is below 3e-18 for |r| ≤ π/4. */
function cosReduced(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1 / 24 + r2 * (-1 / 720) + r4 * (1 / 40320 + r2 * (-1 / 3628800));
  const high = 1 / 479001600 + r2 * (-1 / 87178291200) + r4 * (1 / 20922789888000);
  return 1 - (r2 / 2 - r4 * (low + r4 * r4 * high));
}
