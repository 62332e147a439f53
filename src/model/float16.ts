const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

// As the bits of a float32: 65504, infinity, and 2^-14, below which a half has no leading 1.
const LARGEST_BITS = 0x477fe000;
const INFINITY_BITS = 0x7f800000;
const NORMAL_BITS = 0x38800000;
/** 65504 */
const LARGEST_HALF = 0x7bff;
const TWO_112 = 5.192296858534828e33;
/** A quiet NaN. */
const NOT_A_NUMBER = 0x7e00;

/**
 * The nearest number of half precision (IEEE 754 binary16, ties to even) as its 16 bits. What is too large becomes the
 * largest, ±65504, and not infinity: what was finite shall stay so. NaN stays NaN.
 */
export function toFloat16(value: number): number {
  float[0] = value;
  const all = bits[0];
  const sign = (all >>> 16) & 0x8000;
  const size = all & 0x7fffffff;
  if (size >= LARGEST_BITS) return size > INFINITY_BITS ? NOT_A_NUMBER : sign | LARGEST_HALF;
  // Half of the last kept place, a hair less where that place is even; a carry into the exponent is right as it is.
  if (size >= NORMAL_BITS) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  // Below 2^-14 the halves are 2^-24 apart. A float32 near 0.5 has that very grain, so the addition rounds, ties to even.
  float[0] = 0.5 + Math.abs(value);
  return sign | (bits[0] - 0x3f000000);
}

/** The number that the 16 bits stand for. */
export function fromFloat16(half: number): number {
  if ((half & 0x7c00) === 0x7c00) return (half & 0x3ff) === 0 ? infinity(half) : Number.NaN;
  // As the bits of a float32 the number is too small by 2^112, those below 2^-14 included.
  bits[0] = (half & 0x7fff) << 13;
  const size = float[0] * TWO_112;
  return half & 0x8000 ? -size : size;
}

/**
 * Numbers of half precision as float32, many at a time.
 * out (from `at` on, count) out    outBits: the same memory as 32-bit words    halves (from `from` on, count)
 */
export function fromFloat16s(
  out: Float32Array,
  outBits: Uint32Array,
  at: number,
  halves: Uint16Array,
  from: number,
  count: number,
): void {
  for (let k = 0; k < count; k++) {
    const half = halves[from + k];
    if ((half & 0x7c00) === 0x7c00) {
      out[at + k] = fromFloat16(half);
    } else {
      outBits[at + k] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
      out[at + k] = out[at + k] * TWO_112;
    }
  }
}

function infinity(half: number): number {
  return half & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
