import type { NetShape } from '../kernel/kernel.ts';
import { parameterCount, parameterViews } from '../kernel/parameterLayout.ts';
import type { Random } from '../kernel/random.ts';

/**
 * Seeded first weights, (P) in canonical order. Input weights U(±0.5·√(3/D)), recurrent U(±0.5·√(3/H)), head U(±0.1·√(3/H)),
 * linear skip and biases 0, so that the first forecast is nearly "no change". The forget bias is 1: a memory that keeps by
 * default lets the gradient travel back from the first day (Gers, Schmidhuber, Cummins 2000).
 */
export function initialWeights(shape: NetShape, random: Random): Float32Array {
  const { inputSize: D, hiddenSize: H } = shape;
  const weights = new Float32Array(parameterCount(shape));
  const { Wx, Wh, b, Wy } = parameterViews(weights, shape);
  fillUniform(Wx, 0.5 * Math.sqrt(3 / D), random);
  fillUniform(Wh, 0.5 * Math.sqrt(3 / H), random);
  fillUniform(Wy, 0.1 * Math.sqrt(3 / H), random);
  if (shape.cell === 'lstm') b.fill(1, H, 2 * H);
  return weights;
}

function fillUniform(block: Float32Array, bound: number, random: Random): void {
  for (let k = 0; k < block.length; k++) block[k] = random.uniform(-bound, bound);
}
