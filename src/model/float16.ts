const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

const LARGEST = 65504;
const TWO_112 = 5.192296858534828e33;
/** A quiet NaN. */
const NOT_A_NUMBER = 0x7e00;

/**
 * The nearest number of half precision (IEEE 754 binary16, ties to even) as its 16 bits. What is too large becomes the
 * largest, ±65504, and not infinity: what was finite shall stay so. NaN stays NaN.
 */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), LARGEST);
  // Below 2^-14 the halves are 2^-24 apart. A float32 near 0.5 has that very grain, so the addition rounds, ties to even.
  if (size < 6.103515625e-5) {
    float[0] = 0.5 + size;
    return sign | (bits[0] - 0x3f000000);
  }
  float[0] = size;
  const all = bits[0];
  // Half of the last kept place, a hair less where that place is even; a carry into the exponent is right as it is.
  return sign | ((all - 0x38000000 + 0xfff + ((all >>> 13) & 1)) >>> 13);
}

/** The number that the 16 bits stand for. */
export function fromFloat16(half: number): number {
  if ((half & 0x7c00) === 0x7c00) return (half & 0x3ff) === 0 ? infinity(half) : Number.NaN;
  // As the bits of a float32 the number is too small by 2^112, those below 2^-14 included.
  bits[0] = (half & 0x7fff) << 13;
  const size = float[0] * TWO_112;
  return half & 0x8000 ? -size : size;
}

function infinity(half: number): number {
  return half & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
