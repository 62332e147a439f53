/** Numbers of the history in one or two bytes. They are drawn, and nothing is computed from them. */

/** Code of what is not known. */
export const NONE_BYTE = 255;
const SCORE_STEPS = 64;

/** Numbers as float32 and as the bits of it. */
const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);
const [EXPONENT_AT, EXPONENT_BIAS] = [23, 127];
const LOG_BITS = 9;
/** log2 of the middles of the 512 parts between 1 and 2. */
const LOGS: Float64Array = Float64Array.from({ length: 1 << LOG_BITS }, (_, i) =>
  Math.log2(1 + (i + 0.5) / (1 << LOG_BITS)),
);

/** log2 of a size above 0 within 0.0015: less than half a step of any code here, and made three times for each reading. */
function roughLog2(size: number): number {
  FLOAT[0] = size;
  const bits = BITS[0];
  return (bits >> EXPONENT_AT) - EXPONENT_BIAS + LOGS[(bits >> (EXPONENT_AT - LOG_BITS)) & (LOGS.length - 1)];
}

/** A score in 64 steps for each doubling of 1 + score; what is above 14.6 is 14.6. NaN: none. */
export function toScoreByte(score: number): number {
  if (Number.isNaN(score)) return NONE_BYTE;
  if (!(score > 0)) return 0;
  const code = (SCORE_STEPS * roughLog2(1 + score) + 0.5) | 0;
  return code < NONE_BYTE ? code : NONE_BYTE - 1;
}

export function fromScoreByte(code: number): number {
  if (code === NONE_BYTE) return Number.NaN;
  return Math.round((2 ** (code / SCORE_STEPS) - 1) * 1e3) / 1e3;
}

/** Codes of sizes between the least and the greatest of a block, in equal ratios. */
export interface SizeScale {
  /** Natural logarithm of the least size above 0, and of the ratio of two neighbours. */
  readonly logLeast: number;
  readonly logStep: number;
}

const SIZES = NONE_BYTE - 2;

/** @param sizes 0 or more, the first `count` of each; NaN: none */
export function sizeScaleOf(sizes: readonly Float64Array[], count: number): SizeScale {
  let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
  for (const column of sizes) {
    for (let i = 0; i < count; i++) {
      const size = column[i];
      if (!(size > 0 && size < Number.POSITIVE_INFINITY)) continue;
      if (size < least) least = size;
      if (size > greatest) greatest = size;
    }
  }
  if (greatest === 0) return { logLeast: 0, logStep: 0 };
  return { logLeast: Math.log(least), logStep: (Math.log(greatest) - Math.log(least)) / SIZES };
}

/** 0: no size at all; 1 to 254: the sizes of the scale. */
export function toSizeByte(size: number, { logLeast, logStep }: SizeScale): number {
  if (!(size >= 0 && size < Number.POSITIVE_INFINITY)) return NONE_BYTE;
  if (size === 0) return 0;
  const place = logStep > 0 ? (roughLog2(size) * Math.LN2 - logLeast) / logStep : 0;
  if (!(place > 0)) return 1;
  return place < SIZES ? 1 + ((place + 0.5) | 0) : 1 + SIZES;
}

export function fromSizeByte(code: number, { logLeast, logStep }: SizeScale): number {
  if (code === NONE_BYTE) return Number.NaN;
  return code === 0 ? 0 : Math.exp(logLeast + (code - 1) * logStep);
}

const SCRATCH = new DataView(new ArrayBuffer(4));

/** The upper half of a float32 (bfloat16), away from zero: what it stands for is never smaller than the size. */
export function toShortFloat(size: number): number {
  SCRATCH.setFloat32(0, size);
  const bits = SCRATCH.getUint32(0);
  return Number.isNaN(size) ? 0x7fc0 : Math.min(0x7f80, (bits >>> 16) + ((bits & 0xffff) > 0 ? 1 : 0));
}

export function fromShortFloat(code: number): number {
  SCRATCH.setUint32(0, code << 16);
  return SCRATCH.getFloat32(0);
}
