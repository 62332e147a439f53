import type { LearnOptions } from '../kernel.ts';
import type { Floats } from './floats.ts';

/**
 * One step of Adam (Kingma and Ba 2015) as PyTorch takes it, with ε outside the root:
 * m = β1·m + (1 − β1)·g, v = β2·v + (1 − β2)·g², w −= lr/(1 − β1^t) · m/(√v/√(1 − β2^t) + ε), g = scale·gradient.
 * weights, moment1, moment2 (P) changed    progress (3) changed: t, β1^t, β2^t as running products
 * gradient (P)    scale: the clip coefficient
 */
export function adamStep(
  weights: Floats,
  moment1: Floats,
  moment2: Floats,
  progress: Float64Array,
  gradient: Floats,
  scale: number,
  options: LearnOptions,
): void {
  const { beta1, beta2, epsilon } = options;
  progress[0] += 1;
  progress[1] *= beta1;
  progress[2] *= beta2;
  const stepSize = options.learningRate / (1 - progress[1]);
  const rootOfCorrection2 = Math.sqrt(1 - progress[2]);
  const share1 = 1 - beta1;
  const share2 = 1 - beta2;
  const P = weights.length;
  for (let p = 0; p < P; p++) {
    const g = gradient[p] * scale;
    const m = beta1 * moment1[p] + share1 * g;
    const v = beta2 * moment2[p] + share2 * g * g;
    moment1[p] = m;
    moment2[p] = v;
    weights[p] -= (stepSize * m) / (Math.sqrt(v) / rootOfCorrection2 + epsilon);
  }
}

/**
 * The last step of `adamStep` once more, times a factor, for the parameters from `start` to `end` alone: some may learn faster
 * than the rest. Arguments as for `adamStep`.
 */
export function addAdamStep(
  weights: Floats,
  moment1: Floats,
  moment2: Floats,
  progress: Float64Array,
  factor: number,
  start: number,
  end: number,
  { learningRate, epsilon }: LearnOptions,
): void {
  const stepSize = (factor * learningRate) / (1 - progress[1]);
  const rootOfCorrection2 = Math.sqrt(1 - progress[2]);
  for (let p = start; p < end; p++) {
    weights[p] -= (stepSize * moment1[p]) / (Math.sqrt(moment2[p]) / rootOfCorrection2 + epsilon);
  }
}

/** Progress of an optimiser that has taken no step: t = 0, β1^0 = β2^0 = 1. */
export function createAdamProgress(): Float64Array {
  return new Float64Array([0, 1, 1]);
}
