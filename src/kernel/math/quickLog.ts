import { log } from './log.ts';

// A view of the bits of one float32. It is written before it is read in every call, so it carries nothing between calls.
const FLOAT = new Float32Array([1]);
const WORDS = new Uint32Array(FLOAT.buffer);
/** Parts of an octave; the first bits of a mantissa name one. */
const PARTS = 128;
const BIAS = 127;
const LARGEST_POWER = 254;
/** Bounds of the range in which a float32 has all its bits. */
const LEAST = 1e-30;
const MOST = 1e30;
const LN2 = Math.LN2;
/** 1/m and ln m of the middle m of each part. */
const INVERSES: Float64Array = Float64Array.from({ length: PARTS }, (_, i) => 1 / middle(i));
const LOGARITHMS: Float64Array = Float64Array.from({ length: PARTS }, (_, i) => log(middle(i)));
/** 2^−k for the exponent bits k + 127 of a float32. */
const SCALES: Float64Array = makeScales();

function middle(part: number): number {
  return 1 + (part + 0.5) / PARTS;
}

function makeScales(): Float64Array {
  const scales = new Float64Array(LARGEST_POWER + 1);
  scales[BIAS] = 1;
  for (let k = BIAS + 1; k <= LARGEST_POWER; k++) scales[k] = scales[k - 1] / 2;
  for (let k = BIAS - 1; k >= 0; k--) scales[k] = scales[k + 1] * 2;
  return scales;
}

/**
 * Natural logarithm to 2e-10, in a third of the time of `log`: by a table of 128 parts of an octave, and three terms of the
 * series from the middle of a part. Outside 1e-30 … 1e30 it is `log`.
 */
export function quickLog(x: number): number {
  if (!(x > LEAST && x < MOST)) return log(x);
  FLOAT[0] = x;
  const bits = WORDS[0];
  const exponent = bits >>> 23;
  const part = (bits >>> 16) & (PARTS - 1);
  const r = x * SCALES[exponent] * INVERSES[part] - 1;
  return (exponent - BIAS) * LN2 + (LOGARITHMS[part] + r * (1 - r * (1 / 2 - r * (1 / 3))));
}
