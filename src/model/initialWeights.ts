import type { NetShape } from '../kernel/kernel.ts';
import { log } from '../kernel/math/log.ts';
import { parameterCount, parameterViews } from '../kernel/parameterLayout.ts';
import type { Random } from '../kernel/random.ts';
import { cellInputSize } from '../kernel/shapeSizes.ts';

interface FirstMemory {
  /** Longest lag in steps for chrono initialisation; undefined: forget bias 1. */
  readonly chronoLag?: number | undefined;
}

/**
 * Seeded first weights, (P) in canonical order. Input weights U(±0.5·√(3/D)), recurrent U(±0.5·√(3/H)), head U(±0.1·√(3/H)),
 * linear skip, peepholes and biases 0, so that the first forecast is nearly "no change"; but see `biasGates`.
 */
export function initialWeights(shape: NetShape, random: Random, { chronoLag }: FirstMemory = {}): Float32Array {
  const { hiddenSize: H } = shape;
  const D = cellInputSize(shape);
  const weights = new Float32Array(parameterCount(shape));
  const { Wx, Wh, b, Wy } = parameterViews(weights, shape);
  fillUniform(Wx, 0.5 * Math.sqrt(3 / D), random);
  fillUniform(Wh, 0.5 * Math.sqrt(3 / H), random);
  fillUniform(Wy, 0.1 * Math.sqrt(3 / H), random);
  biasGates(b, shape, () => (chronoLag === undefined ? undefined : log(random.uniform(1, 2 * chronoLag))));
  return weights;
}

/**
 * Sets the time that each unit remembers before it has learned anything. Without a draw: 1 on the gate that keeps, so
 * that the gradient travels back from the first day (Gers, Schmidhuber, Cummins 2000). With chrono initialisation
 * (Tallec & Ollivier 2018) each unit has a time T ~ U(1, twice the longest lag): b_f = log T keeps for about T steps,
 * b_i = −b_f writes as slowly. The same holds for the gate of the GRU that keeps (z), and for the coupled gate, which
 * keeps what it does not write.
 * @param drawBias log T of the next unit
 */
function biasGates(b: Float32Array, { cell, hiddenSize: H }: NetShape, drawBias: () => number | undefined): void {
  if (cell === 'rnn') return;
  for (let u = 0; u < H; u++) {
    const drawn = drawBias();
    const keep = drawn ?? 1;
    if (cell === 'lstm_coupled') b[u] = -keep;
    else b[H + u] = keep;
    if (drawn !== undefined && (cell === 'lstm' || cell === 'lstm_peephole')) b[u] = -keep;
  }
}

function fillUniform(block: Float32Array, bound: number, random: Random): void {
  for (let k = 0; k < block.length; k++) block[k] = random.uniform(-bound, bound);
}
