import type { Floats } from './floats.ts';

/** Global (Euclidean) norm of the flat gradient. gradient (P) */
export function globalNorm(gradient: Floats): number {
  const P = gradient.length;
  const blocked = P - (P % 4);
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let p = 0; p < blocked; p += 4) {
    sum0 += gradient[p] * gradient[p];
    sum1 += gradient[p + 1] * gradient[p + 1];
    sum2 += gradient[p + 2] * gradient[p + 2];
    sum3 += gradient[p + 3] * gradient[p + 3];
  }
  for (let p = blocked; p < P; p++) sum0 += gradient[p] * gradient[p];
  return Math.sqrt(sum0 + sum1 + (sum2 + sum3));
}

/** Factor that keeps the gradient's norm below `clipNorm`: PyTorch's `clip_grad_norm_`. */
export function clipCoefficient(norm: number, clipNorm: number): number {
  const coefficient = clipNorm / (norm + 1e-6);
  return Math.min(coefficient, 1);
}
