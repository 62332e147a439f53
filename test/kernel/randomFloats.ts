import type { Random } from '../../src/kernel/random.ts';

/** n numbers, uniform over ±size. */
export function randomFloats(random: Random, n: number, size = 1): Float64Array {
  return Float64Array.from({ length: n }, () => random.uniform(-size, size));
}
