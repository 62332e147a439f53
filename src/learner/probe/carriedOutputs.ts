import type { NetShape } from '../../kernel/kernel.ts';
import { parameterViews } from '../../kernel/parameterLayout.ts';
import type { Floats } from '../../kernel/plain/floats.ts';
import { headForward } from '../../kernel/plain/head.ts';

/** (O): what the head of a network says from a state. weights (P)    h (H): after the newest row    x (D): the newest row */
export function carriedOutputs(weights: Float32Array, shape: NetShape, h: Floats, x: Floats): Float64Array {
  const { inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const { Wy, S, by } = parameterViews(weights, shape);
  const y = new Float64Array(O);
  const states = new Float64Array(2 * H);
  states.set(h, H);
  headForward(y, states, x, Wy, S, by, 0, D, H, O);
  return y;
}
