import type { NetState } from '../kernel/kernel.ts';
import { SnapshotError } from './snapshotFormat.ts';

/** h is a product of gates and a hyperbolic tangent, each of which may be off by its last digits. */
const LARGEST_H = 1.0001;
/** A step adds at most 1 to c, and to 2^24 nothing can be added in float32. */
const LARGEST_C = 16_777_216;

type Bound = (value: number) => boolean;

const isSquare: Bound = (value) => value >= 0 && value < Number.POSITIVE_INFINITY;
const isHidden: Bound = (value) => Math.abs(value) <= LARGEST_H;
const isCell: Bound = (value) => Math.abs(value) <= LARGEST_C;

const BOUNDS: Readonly<Record<Exclude<keyof NetState, 'rowCount' | 'hasTarget'>, Bound>> = {
  weights: Number.isFinite,
  moment1: Number.isFinite,
  moment2: isSquare,
  adam: Number.isFinite,
  x: Number.isFinite,
  target: Number.isFinite,
  h: isHidden,
  c: isCell,
};

/** Tells if a net can have come to these numbers while its arithmetic held. */
export function isNetStateSound(state: NetState): boolean {
  return flawOf(state) === undefined;
}

/**
 * @throws SnapshotError `damaged` where a net cannot have left these numbers: a checksum only says that they are as they
 * were written.
 */
export function checkNetState(state: NetState): void {
  const flaw = flawOf(state);
  if (flaw !== undefined) throw new SnapshotError('damaged', flaw);
}

/** @throws SnapshotError `damaged` unless each of the numbers can be. */
export function requireAll(name: string, numbers: ArrayLike<number>, canBe: Bound): void {
  const flaw = flawAmong(name, numbers, canBe);
  if (flaw !== undefined) throw new SnapshotError('damaged', flaw);
}

function flawOf(state: NetState): string | undefined {
  for (const name of Object.keys(BOUNDS) as (keyof typeof BOUNDS)[]) {
    const flaw = flawAmong(name, state[name], BOUNDS[name]);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function flawAmong(name: string, numbers: ArrayLike<number>, canBe: Bound): string | undefined {
  if (canBe === Number.isFinite && areFinite(numbers)) return undefined;
  if (canBe === isSquare && areFinite(numbers) && leastOf(numbers) >= 0) return undefined;
  for (let k = 0; k < numbers.length; k++) {
    const value = numbers[k];
    if (!canBe(value)) return `"${name}" cannot hold ${value}`;
  }
  return undefined;
}

/**
 * Without a call for each: 0 × what is not finite is not a number, and stays so. Four sums side by side: none waits for the
 * one before.
 */
function areFinite(numbers: ArrayLike<number>): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 4 <= numbers.length; k += 4) {
    a += numbers[k] * 0;
    b += numbers[k + 1] * 0;
    c += numbers[k + 2] * 0;
    d += numbers[k + 3] * 0;
  }
  for (; k < numbers.length; k++) a += numbers[k] * 0;
  return a + b + c + d === 0;
}

function leastOf(numbers: ArrayLike<number>): number {
  let least = 0;
  for (let k = 0; k < numbers.length; k++) if (numbers[k] < least) least = numbers[k];
  return least;
}
