import type { NetState } from '../kernel/kernel.ts';
import { SnapshotError } from './snapshotFormat.ts';

/** h is a product of gates and a hyperbolic tangent, each of which may be off by its last digits. */
const LARGEST_H = 1.0001;
/** A step adds at most 1 to c, and to 2^24 nothing can be added in float32. */
const LARGEST_C = 16_777_216;

/**
 * @throws SnapshotError `damaged` where a net cannot have left these numbers: a checksum only says that they are as they
 * were written.
 */
export function checkNetState(state: NetState): void {
  const { weights, moment1, moment2, adam, x, target, h, c } = state;
  for (const [name, numbers] of Object.entries({ weights, moment1, moment2, adam, x, target })) {
    requireAll(name, numbers, Number.isFinite);
  }
  requireAll('moment2', moment2, (value) => value >= 0);
  requireAll('h', h, (value) => Math.abs(value) <= LARGEST_H);
  requireAll('c', c, (value) => Math.abs(value) <= LARGEST_C);
}

/** @throws SnapshotError `damaged` unless each of the numbers can be. */
export function requireAll(name: string, numbers: ArrayLike<number>, canBe: (value: number) => boolean): void {
  for (let k = 0; k < numbers.length; k++) {
    const value = numbers[k] as number;
    if (!canBe(value)) throw new SnapshotError('damaged', `"${name}" cannot hold ${value}`);
  }
}
