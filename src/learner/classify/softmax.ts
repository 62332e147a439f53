import { exp } from '../../kernel/math/exp.ts';
import { log } from '../../kernel/math/log.ts';
import { SMALLEST_LOG_P } from '../../model/labelBlock.ts';

/** Units of a log-probability that is kept in a byte. */
const STEPS = 32;

/** z (C): logits in, ln p out. The largest is taken off first: no exponential overflows. */
export function toLogProbabilities(z: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < z.length; c++) if (z[c] > largest) largest = z[c];
  let sum = 0;
  for (let c = 0; c < z.length; c++) sum += exp(z[c] - largest);
  const shift = largest + log(sum);
  for (let c = 0; c < z.length; c++) z[c] = z[c] - shift;
}

/** −32·ln p as a whole number in a byte: what is less likely than e⁻⁶ is kept as that. */
export function toLogByte(logP: number): number {
  return logP > -SMALLEST_LOG_P / STEPS ? (0.5 - STEPS * logP) | 0 : SMALLEST_LOG_P;
}

export function fromLogByte(byte: number): number {
  return byte / -STEPS;
}

/** Place of the largest. */
export function largestOf(numbers: ArrayLike<number>): number {
  let place = 0;
  for (let c = 1; c < numbers.length; c++) if (numbers[c] > numbers[place]) place = c;
  return place;
}
