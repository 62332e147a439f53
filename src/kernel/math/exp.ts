// ln 2 in two parts: the first has 32 significant bits, so that k·LN2_HIGH is exact for every |k| ≤ 1075.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = Math.LOG2E;
/** Adding and subtracting 1.5·2^52 rounds to the nearest integer (ties to even) without a call. */
const ROUNDER = 6755399441055744;

const LOWEST_POWER = -1074;
const HIGHEST_POWER = 1023;
/** 2^k for every k a float64 can hold, made by exact products: no bit views, so no byte order. */
const POWERS_OF_TWO: Float64Array = makePowersOfTwo();

function makePowersOfTwo(): Float64Array {
  const powers = new Float64Array(HIGHEST_POWER - LOWEST_POWER + 1);
  powers[-LOWEST_POWER] = 1;
  for (let k = 1; k <= HIGHEST_POWER; k++) powers[k - LOWEST_POWER] = powers[k - 1 - LOWEST_POWER] * 2;
  for (let k = -1; k >= LOWEST_POWER; k--) powers[k - LOWEST_POWER] = powers[k + 1 - LOWEST_POWER] / 2;
  return powers;
}

/**
 * e^r − 1 for |r| ≤ ln(2)/2: the Taylor series to r^13 (the first term left out is below 4e-18), summed in pairs
 * (Estrin) because a chain of 13 dependent steps would wait on each product.
 */
function expm1Reduced(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120));
  const middle = 1 / 720 + r * (1 / 5040) + r2 * (1 / 40320 + r * (1 / 362880));
  const high = 1 / 3628800 + r * (1 / 39916800) + r2 * (1 / 479001600 + r * (1 / 6227020800));
  return r + r2 * (low + r4 * (middle + r4 * high));
}

/**
 * e^x. Relative error ≤ 3.4e-16 for −708 ≤ x ≤ 709.78; below that, results are denormal and within one of their steps.
 * Overflows to Infinity above 709.782712893384, underflows to 0 below −745.1332191019411; NaN stays NaN.
 * x = k·ln 2 + r, e^x = 2^k·e^r.
 */
export function exp(x: number): number {
  const k = x * LOG2_E + ROUNDER - ROUNDER;
  const y = 1 + expm1Reduced(x - k * LN2_HIGH - k * LN2_LOW);
  if (k > -1022 && k < 1024) return y * POWERS_OF_TWO[k - LOWEST_POWER];
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  if (k >= 1024) return y * 2 * POWERS_OF_TWO[HIGHEST_POWER - LOWEST_POWER];
  // The first product is exact, so that a denormal result is rounded once.
  if (k <= -1022) return y * POWERS_OF_TWO[-1000 - LOWEST_POWER] * POWERS_OF_TWO[k + 1000 - LOWEST_POWER];
  return Number.NaN;
}

/**
 * e^x − 1, exact to the last bits also near 0. Relative error ≤ 6e-16 for −40 ≤ x ≤ 709; NaN stays NaN.
 * e^x − 1 = 2^k·(e^r − 1) + (2^k − 1): no cancellation, since k = 0 wherever the result is small.
 */
export function expm1(x: number): number {
  if (!(x >= -40 && x <= 709)) return exp(x) - 1;
  const k = x * LOG2_E + ROUNDER - ROUNDER;
  const scale = POWERS_OF_TWO[k - LOWEST_POWER];
  return scale * expm1Reduced(x - k * LN2_HIGH - k * LN2_LOW) + (scale - 1);
}
