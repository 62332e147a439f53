import { exp } from './exp.ts';

/**
 * σ(x) = 1/(1 + e^−x). Relative error ≤ 6e-16 for x ≥ −708; 1 for large x, 0 below −709.8, NaN stays NaN.
 */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}
