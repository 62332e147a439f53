import { exp } from '../../kernel/math/exp.ts';
import { quickLog } from '../../kernel/math/quickLog.ts';
import { SMALLEST_LOG_P } from '../../model/labelBlock.ts';

/** Units of a log-probability that is kept in a byte. */
const STEPS = 32;

/**
 * p (C) out: probabilities of the logits z (C). The largest is taken off first: no exponential overflows.
 * @returns what is to be taken off a logit to make it ln p
 */
export function toProbabilities(p: Float64Array, z: Float64Array): number {
  const largest = z[largestOf(z)];
  return largest + quickLog(scaled(p, z, largest));
}

/** The same where no ln p is wanted. @returns NaN: what would be taken off is not worked out */
export function toBareProbabilities(p: Float64Array, z: Float64Array): number {
  scaled(p, z, z[largestOf(z)]);
  return Number.NaN;
}

/** @returns Σ exp(z − largest) */
function scaled(p: Float64Array, z: Float64Array, largest: number): number {
  let sum = 0;
  for (let c = 0; c < z.length; c++) {
    p[c] = exp(z[c] - largest);
    sum += p[c];
  }
  const share = 1 / sum;
  for (let c = 0; c < z.length; c++) p[c] = p[c] * share;
  return sum;
}

/** −32·ln p as a whole number in a byte: what is less likely than e⁻⁶ is kept as that. */
export function toLogByte(logP: number): number {
  return logP > -SMALLEST_LOG_P / STEPS ? (0.5 - STEPS * logP) | 0 : SMALLEST_LOG_P;
}

export function fromLogByte(byte: number): number {
  return byte / -STEPS;
}

/** Place of the largest. */
export function largestOf(numbers: Float64Array): number {
  let place = 0;
  for (let c = 1; c < numbers.length; c++) if (numbers[c] > numbers[place]) place = c;
  return place;
}
