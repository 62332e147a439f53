import { readSnapshot } from '../../model/restoreSnapshot.ts';
import { saveSnapshot } from '../../model/saveSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import type { StateArray, Stateful } from '../../model/stateIo.ts';
import type { LearnerSchema } from './schema.ts';

/** The numbers of a learner by name, and the schema that they belong to. */
export interface LearnerNumbers {
  readonly schema: LearnerSchema;
  readonly entries: ReadonlyMap<string, StateArray>;
}

/** Copies of all numbers of a component, by name. */
export function numbersOf(component: Stateful): Map<string, StateArray> {
  return readSnapshot(saveSnapshot(component, '')).entries;
}

/** @throws SnapshotError `damaged` where there is none of that name */
export function arrayOf(entries: ReadonlyMap<string, StateArray>, name: string): StateArray {
  const array = entries.get(name);
  if (array === undefined) throw new SnapshotError('damaged', `the snapshot has no "${name}"`);
  return array;
}

/** @throws SnapshotError `damaged` where there is none of that name */
export function numberOf(entries: ReadonlyMap<string, StateArray>, name: string): number {
  return arrayOf(entries, name)[0];
}

/** @throws SnapshotError `damaged` where there is none of that name, type and length */
export function floatsOf(entries: ReadonlyMap<string, StateArray>, name: string, length: number): Float32Array {
  const array = arrayOf(entries, name);
  if (array instanceof Float32Array && array.length === length) return array;
  throw new SnapshotError('damaged', `"${name}" has ${array.length} numbers, ${length} are needed`);
}

/**
 * A ring of `steps` rows with the newest row where it belongs after `to` rows, from one where it is where it belongs after `from`
 * rows. ring (steps, width), of whose rows number r is in slot r mod steps.
 */
export function turnRing(ring: Float64Array, steps: number, from: number, to: number): Float64Array {
  const width = ring.length / steps;
  const turned = new Float64Array(ring.length);
  for (let age = 0; age < steps; age++) {
    const source = slotOf(from - 1 - age, steps) * width;
    turned.set(ring.subarray(source, source + width), slotOf(to - 1 - age, steps) * width);
  }
  return turned;
}

function slotOf(row: number, steps: number): number {
  return ((row % steps) + steps) % steps;
}
