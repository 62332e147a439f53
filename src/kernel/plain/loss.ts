import type { LearnOptions } from '../kernel.ts';
import { exp } from '../math/exp.ts';
import { log } from '../math/log.ts';
import type { Floats } from './floats.ts';

/** Number of targets that have arrived. hasTarget (n) 0 or 1. */
export function countTargets(hasTarget: Uint8Array, n: number): number {
  let count = 0;
  for (let j = 0; j < n; j++) count += hasTarget[j];
  return count;
}

/**
 * Huber loss, mean over the `count` targets that have arrived, as PyTorch's `huber_loss` defines it:
 * e²/2 where |e| ≤ δ, else δ·(|e| − δ/2), with e = y − target.
 * dy (n) added to: ∂loss/∂y    y, target (n)    hasTarget (n) 0 or 1
 * @returns the loss
 */
export function huberLoss(
  dy: Floats,
  y: Floats,
  target: Floats,
  hasTarget: Uint8Array,
  delta: number,
  count: number,
  n: number,
): number {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    if (hasTarget[j] === 0) continue;
    const error = y[j] - target[j];
    const size = error < 0 ? -error : error;
    // In this order a NaN error takes the parabola and reaches the gradient.
    if (size > delta) {
      sum += delta * (size - 0.5 * delta);
      dy[j] += (error < 0 ? -delta : delta) / count;
    } else {
      sum += 0.5 * error * error;
      dy[j] += error / count;
    }
  }
  return sum / count;
}

/**
 * Squared error, mean over the `count` targets that have arrived (PyTorch's `mse_loss`: no factor ½).
 * Arguments as for `huberLoss`. @returns the loss
 */
export function squaredLoss(
  dy: Floats,
  y: Floats,
  target: Floats,
  hasTarget: Uint8Array,
  count: number,
  n: number,
): number {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    if (hasTarget[j] === 0) continue;
    const error = y[j] - target[j];
    sum += error * error;
    dy[j] += (2 * error) / count;
  }
  return sum / count;
}

/**
 * Cross entropy of σ(y) and a target of 0 or 1, mean over the `count` targets that have arrived, as PyTorch's
 * `binary_cross_entropy_with_logits` defines it: max(y, 0) − y·target + log(1 + e^−|y|), with the gradient σ(y) − target.
 * No exponential is taken of a positive number: none overflows. Arguments as for `huberLoss`. @returns the loss
 */
export function logisticLoss(
  dy: Floats,
  y: Floats,
  target: Floats,
  hasTarget: Uint8Array,
  count: number,
  n: number,
): number {
  let sum = 0;
  for (let j = 0; j < n; j++) {
    if (hasTarget[j] === 0) continue;
    const logit = y[j];
    const wanted = target[j];
    const e = exp(logit < 0 ? logit : -logit);
    sum += Math.max(logit, 0) - logit * wanted + log(1 + e);
    dy[j] += ((logit < 0 ? e : 1) / (1 + e) - wanted) / count;
  }
  return sum / count;
}

/** The loss that the options name. Arguments as for `huberLoss`. @returns the loss */
export function lossOf(
  dy: Floats,
  y: Floats,
  target: Floats,
  hasTarget: Uint8Array,
  count: number,
  n: number,
  options: LearnOptions,
): number {
  switch (options.loss) {
    case 'huber':
      return huberLoss(dy, y, target, hasTarget, options.huberDelta, count, n);
    case 'squared':
      return squaredLoss(dy, y, target, hasTarget, count, n);
    case 'logistic':
      return logisticLoss(dy, y, target, hasTarget, count, n);
  }
}
