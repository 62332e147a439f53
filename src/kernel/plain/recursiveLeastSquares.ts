import type { LinearOptions } from '../kernel.ts';

/** w·f. weights, f (n) */
export function predictLinear(weights: Float64Array, f: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += weights[i] * f[i];
  return sum;
}

/**
 * One step of recursive least squares with exponential forgetting λ (Haykin, Adaptive Filter Theory, RLS):
 * K = P·f, g = K/(λ + f·K), w += g·clip(target − w·f), P = (P − g·Kᵀ)/λ.
 * weights (n), P (n,n) changed    gain (n) overwritten by K    f (n)
 * Column sums and products are taken in an order that a two-lane vector unit has too: both kernels give the same bits.
 * K_i·K_j comes first in the product, so that P stays symmetric to the bit: an asymmetry would feed itself.
 * @returns whether it learned
 */
export function updateLinear(
  weights: Float64Array,
  P: Float64Array,
  gain: Float64Array,
  f: Float64Array,
  target: number,
  n: number,
  options: LinearOptions,
): boolean {
  const { forgetting, errorBound, gainBound } = options;
  gain.fill(0);
  for (let j = 0, at = 0; j < n; j++) {
    for (let i = 0; i < n; i++, at++) gain[i] += P[at] * f[j];
  }
  const denominator = forgetting + predictLinear(gain, f, n);
  const error = target - predictLinear(weights, f, n);
  // Written so that NaN fails it.
  if (!(denominator >= forgetting && denominator < Number.POSITIVE_INFINITY) || !Number.isFinite(error)) return false;
  const clipped = Math.max(-errorBound, Math.min(errorBound, error));
  const inverse = 1 / denominator;
  for (let i = 0; i < n; i++) weights[i] += gain[i] * inverse * clipped;
  shrink(P, gain, n, inverse, 1 / forgetting);
  bound(P, n, gainBound);
  return true;
}

/** P = (P − K·Kᵀ·inverse)·growth. P (n,n)  gain (n): K */
function shrink(P: Float64Array, gain: Float64Array, n: number, inverse: number, growth: number): void {
  for (let j = 0, at = 0; j < n; j++) {
    const K = gain[j];
    for (let i = 0; i < n; i++, at++) P[at] = (P[at] - gain[i] * K * inverse) * growth;
  }
}

/** Halves P if its mean diagonal is above the bound. */
function bound(P: Float64Array, n: number, gainBound: number): void {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += P[i * n + i];
  if (!(trace > gainBound * n)) return;
  for (let at = 0; at < n * n; at++) P[at] *= 0.5;
}
