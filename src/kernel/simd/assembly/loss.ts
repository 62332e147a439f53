import { expNegative, logFromOne, logOneToTwo } from './math';
import { F } from './vector';

/** Number of targets that have arrived. hasTarget (n) 0 or 1. */
export function countTargets(hasTarget: usize, n: i32): i32 {
  let count = 0;
  for (let j = 0; j < n; j++, hasTarget += F) count += <i32>load<f32>(hasTarget);
  return count;
}

/**
 * Mean loss over the `count` targets that have arrived, and its gradient by y.
 * Huber (delta > 0): e²/2 where |e| ≤ δ, else δ·(|e| − δ/2). Squared (delta = 0): e². e = y − target
 * Logistic (delta < 0): cross entropy of σ(y) and the target, max(y, 0) − y·target + log(1 + e^−|y|).
 * dy (n) out    y, target, hasTarget (n)
 */
export function lossOf(dy: usize, y: usize, target: usize, hasTarget: usize, n: i32, count: i32, delta: f64): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < n; j++, dy += F, y += F, target += F, hasTarget += F) {
    if (load<f32>(hasTarget) == 0) {
      store<f32>(dy, 0);
      continue;
    }
    const error = <f64>load<f32>(y) - <f64>load<f32>(target);
    const size = abs(error);
    let slope: f64;
    if (delta < 0) {
      const logit = <f64>load<f32>(y);
      const wanted = <f64>load<f32>(target);
      const e = expNegative(logit < 0 ? logit : -logit);
      sum += (logit > 0 ? logit : 0) - logit * wanted + logOneToTwo(1 + e);
      slope = (logit < 0 ? e : 1) / (1 + e) - wanted;
    } else if (delta == 0) {
      sum += error * error;
      slope = 2 * error;
    } else if (size > delta) {
      sum += delta * (size - 0.5 * delta);
      slope = error < 0 ? -delta : delta;
    } else {
      // A NaN error comes here and reaches the gradient.
      sum += 0.5 * error * error;
      slope = error;
    }
    store<f32>(dy, <f32>(slope / <f64>count));
  }
  return sum / <f64>count;
}

/** The softmax loss in place of a `delta`. */
export const SOFTMAX: f64 = -2;

/** Σ of the weights of the rows that have a class. hasTarget (T, O) 0 or 1, weight (T) */
export function weightOfTargets(hasTarget: usize, weight: usize, T: i32, O: i32): f64 {
  let sum: f64 = 0;
  for (let t = 0; t < T; t++, hasTarget += <usize>O * F, weight += F) {
    if (load<f32>(hasTarget) != 0) sum += <f64>load<f32>(weight);
  }
  return sum;
}

/**
 * Cross entropy of softmax(y) and the class of each row, the mean weighted by the rows, and its gradient by y.
 * dy (T, O) out    y (T, O)    target, hasTarget (T, O): entry 0 of a row is the index of its class, 0 or 1    weight (T)
 * total: Σ of the weights of the rows that have a class, > 0
 */
export function softmaxLoss(
  dy: usize,
  y: usize,
  target: usize,
  hasTarget: usize,
  weight: usize,
  total: f64,
  T: i32,
  O: i32,
): f64 {
  const rowBytes = <usize>O * F;
  let loss: f64 = 0;
  for (let t = 0; t < T; t++, dy += rowBytes, y += rowBytes, target += rowBytes, hasTarget += rowBytes, weight += F) {
    if (load<f32>(hasTarget) == 0) {
      for (let at: usize = 0; at < rowBytes; at += F) store<f32>(dy + at, 0);
      continue;
    }
    const wanted = <f64>load<f32>(target);
    if (!(wanted >= 0 && wanted < <f64>O && floor(wanted) == wanted)) return NaN;
    const right = <usize>wanted * F;
    let largest = <f64>load<f32>(y);
    for (let at: usize = F; at < rowBytes; at += F) {
      const logit = <f64>load<f32>(y + at);
      if (logit > largest) largest = logit;
    }
    let sum: f64 = 0;
    for (let at: usize = 0; at < rowBytes; at += F) sum += expNegative(<f64>load<f32>(y + at) - largest);
    const share = <f64>load<f32>(weight) / total;
    loss += share * (logFromOne(sum) - (<f64>load<f32>(y + right) - largest));
    for (let at: usize = 0; at < rowBytes; at += F) {
      const p = expNegative(<f64>load<f32>(y + at) - largest) / sum;
      store<f32>(dy + at, <f32>(share * (p - (at == right ? 1 : 0))));
    }
  }
  return loss;
}
