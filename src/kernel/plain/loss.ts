import type { Floats } from './floats.ts';

/** How many targets have arrived. hasTarget (n) 0 or 1. */
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
