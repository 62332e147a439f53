import type { NetShape, NetState } from '../kernel/kernel.ts';
import { parameterCount } from '../kernel/parameterLayout.ts';
import { createRandom } from '../kernel/random.ts';
import { initialWeights } from './initialWeights.ts';

export interface Beginning {
  readonly seed: number;
  /** Same as for `initialWeights`. */
  readonly chronoLag?: number | undefined;
}

/** A net that has seen and learned nothing: seeded weights, no moments, no rows. */
export function firstState(shape: NetShape, { seed, chronoLag }: Beginning): NetState {
  const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const P = parameterCount(shape);
  return {
    weights: initialWeights(shape, createRandom(seed), { chronoLag }),
    moment1: new Float32Array(P),
    moment2: new Float32Array(P),
    adam: Float64Array.of(0, 1, 1),
    rowCount: 0,
    x: new Float32Array(R * D),
    target: new Float32Array(R * O),
    hasTarget: new Uint8Array(R * O),
    h: new Float32Array((R + 1) * H),
    c: new Float32Array((R + 1) * H),
  };
}
