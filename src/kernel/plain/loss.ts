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

/** Σ of the weights of the rows that have a class. hasTarget (T, O) 0 or 1, weight (T) */
export function weightOfTargets(hasTarget: Uint8Array, weight: Floats, T: number, O: number): number {
  let sum = 0;
  for (let t = 0; t < T; t++) if (hasTarget[t * O] !== 0) sum += weight[t];
  return sum;
}

/**
 * Cross entropy of softmax(y) and the class of each row, the mean weighted by the rows: Σ w·(log Σ e^y − y_k) / Σ w, as
 * PyTorch's `cross_entropy` defines it; the gradient is w·(p − onehot) / Σ w. The largest logit is taken off first: no
 * exponential overflows.
 * dy (T, O) added to    y (T, O)    target, hasTarget (T, O): entry 0 of a row is the index of its class, 0 or 1
 * weight (T)    total: Σ w of the rows that have a class, > 0
 * @returns the loss; NaN where a class is none of 0 … O − 1
 */
export function softmaxLoss(
  dy: Floats,
  y: Floats,
  target: Floats,
  hasTarget: Uint8Array,
  weight: Floats,
  total: number,
  T: number,
  O: number,
): number {
  let loss = 0;
  for (let t = 0, at = 0; t < T; t++, at += O) {
    if (hasTarget[at] === 0) continue;
    const wanted = target[at];
    if (!(wanted >= 0 && wanted < O && Math.floor(wanted) === wanted)) return Number.NaN;
    let largest = y[at];
    for (let o = 1; o < O; o++) if (y[at + o] > largest) largest = y[at + o];
    let sum = 0;
    for (let o = 0; o < O; o++) sum += exp(y[at + o] - largest);
    const share = weight[t] / total;
    loss += share * (log(sum) - (y[at + wanted] - largest));
    for (let o = 0; o < O; o++) dy[at + o] += share * (exp(y[at + o] - largest) / sum - (o === wanted ? 1 : 0));
  }
  return loss;
}

/** The loss that the options name, but for softmax. Arguments as for `huberLoss`. @returns the loss */
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
    case 'softmax':
      throw new RangeError('a softmax is of whole rows: call softmaxLoss');
  }
}
