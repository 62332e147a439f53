// A view of the bits of one float64. It is written before it is read in every call, so it carries nothing between calls.
const FLOAT = new Float64Array([1]);
const WORDS = new Uint32Array(FLOAT.buffer);
/** Index of the word with sign and exponent: 1.0 has an empty low word. */
const HIGH = WORDS[0] === 0 ? 1 : 0;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_54 = 18014398509481984;
/** High word of √2, so that the reduced mantissa lies in (√½, √2). */
const HIGH_WORD_OF_SQRT2 = 0x3ff6a09e;

/**
 * Natural logarithm. Relative error ≤ 4.5e-16 for all positive x, denormals too; log(±0) = −Infinity,
 * log(Infinity) = Infinity, NaN for x < 0 and for NaN.
 * x = 2^k·(1 + f); with s = f/(2 + f), log(1 + f) = f − s·(f − R), R = Σ 2·s^(2n)/(2n + 1): the series of 2·artanh(s)
 * to s^19 (the first term left out is below 3e-17 of the sum), arranged so that the exact f leads.
 */
export function log(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return logOutside(x);
  let k = 0;
  FLOAT[0] = x;
  if (x < 2.2250738585072014e-308) {
    FLOAT[0] = x * TWO_54;
    k = -54;
  }
  const high = WORDS[HIGH];
  const mantissa = high & 0x000fffff;
  // Which half decides between exponent 0 and −1 of the reduced number.
  const exponentBits = mantissa > (HIGH_WORD_OF_SQRT2 & 0x000fffff) ? 0x3fe00000 : 0x3ff00000;
  k += (high >>> 20) - (exponentBits >>> 20);
  WORDS[HIGH] = mantissa | exponentBits;
  const f = FLOAT[0] - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const low = 2 / 3 + s2 * (2 / 5) + s4 * (2 / 7 + s2 * (2 / 9));
  const tail = 2 / 11 + s2 * (2 / 13) + s4 * (2 / 15 + s2 * (2 / 17) + s4 * (2 / 19));
  const r = s2 * (low + s4 * s4 * tail);
  return k * LN2_HIGH + (f - (s * (f - r) - k * LN2_LOW));
}

function logOutside(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x === Number.POSITIVE_INFINITY ? x : Number.NaN;
}
