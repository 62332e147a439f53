import { sigmoid } from '../math/sigmoid.ts';
import { tanh } from '../math/tanh.ts';
import type { Floats } from './floats.ts';

// Loops of their own around one function each: the compiler then inlines it. Five calls in the loop of a cell go beyond
// what it inlines, and every number that a call returns is put on the heap.

/** z = σ(z) for n entries from zAt on. */
export function applySigmoid(z: Floats, zAt: number, n: number): void {
  for (let j = zAt; j < zAt + n; j++) z[j] = sigmoid(z[j]);
}

/** out = tanh(z) for n entries; out may be z. */
export function applyTanh(out: Floats, outAt: number, z: Floats, zAt: number, n: number): void {
  for (let j = 0; j < n; j++) out[outAt + j] = tanh(z[zAt + j]);
}
