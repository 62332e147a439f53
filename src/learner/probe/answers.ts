import { exp, expm1 } from '../../kernel/math/exp.ts';
import { log } from '../../kernel/math/log.ts';
import type { NetAnswer } from '../../kernel/plain/secantShares.ts';

/** One output as it is, in another unit. */
export function outputAnswer(output: number, scale: number): NetAnswer {
  return {
    of: (y) => y[output] * scale,
    secants: (y) => y.map((_, o) => (o === output ? scale : 0)),
  };
}

/**
 * Log odds of one class against all others together, from logits: y_k − ln Σ e^y of the others. The secant of that logarithm by
 * one logit is a quotient of two logarithmic means, L(a, b) = (a − b)/(ln a − ln b): of that logit's exponentials, and of the sums.
 */
export function logOdds(place: number): NetAnswer {
  return {
    of: (y) => y[place] - logSumOfOthers(y, place),
    secants: (y, zero) => {
      const ofSums = logOfMean(logSumOfOthers(y, place), logSumOfOthers(zero, place));
      return y.map((logit, o) => (o === place ? 1 : -exp(logOfMean(logit, zero[o]) - ofSums)));
    },
  };
}

function logSumOfOthers(y: Float64Array, place: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let o = 0; o < y.length; o++) if (o !== place) largest = Math.max(largest, y[o]);
  let sum = 0;
  for (let o = 0; o < y.length; o++) if (o !== place) sum += exp(y[o] - largest);
  return largest + log(sum);
}

/** ln of the logarithmic mean of e^a and e^b: no exponential overflows. */
function logOfMean(a: number, b: number): number {
  const difference = Math.abs(a - b);
  return difference === 0 ? a : Math.max(a, b) + log(-expm1(-difference) / difference);
}
