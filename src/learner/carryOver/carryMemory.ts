import { fromFloat16, toFloat16 } from '../../model/float16.ts';
import type { StateArray } from '../../model/stateIo.ts';
import { inputKeys, isLag, memoryFeatures, networksOf, placesOf } from './names.ts';
import { arrayOf, type LearnerNumbers, numberOf } from './numbers.ts';
import type { LearnerSchema } from './schema.ts';

const ROWS = 'panel.memory.rows';

/** Rows of a replay memory, by their age. */
interface MemoryRows {
  /** (M, size) */ readonly halves: Uint16Array;
  readonly size: number;
  readonly next: number;
  readonly count: number;
}

/**
 * The replay memory with the columns of another schema. What is new comes from the rows that `fresh` has lived through, the newest
 * of which is the newest here too; before them it is not known.
 * @param lagFactor what differences to the last values are multiplied by, to be in units of now
 */
export function carryMemory(old: LearnerNumbers, fresh: LearnerNumbers, lagFactor: number): Map<string, StateArray> {
  const result = new Map<string, StateArray>();
  const after = rowsOf(fresh);
  const before = rowsOf(old);
  if (after === undefined || before === undefined) return result;
  const capacity = fresh.schema.replays;
  const count = Math.min(before.count, capacity);
  const halves = new Uint16Array(after.halves.length);
  const columns = columnsBetween(old.schema, fresh.schema);
  const inputs = memoryFeatures(fresh.schema, inputKeys(fresh.schema, old.schema));
  for (let age = 0; age < count; age++) {
    const at = (count - 1 - age) * after.size;
    for (let k = 0; k < after.size; k++) {
      const former = columns[k] < 0 ? undefined : halfAt(before, age, columns[k]);
      const isInput = k < inputs.length;
      if (former === undefined) halves[at + k] = halfAt(after, age, k) ?? toFloat16(isInput ? 0 : Number.NaN);
      else halves[at + k] = isInput && isLag(inputs[k]) ? toFloat16(fromFloat16(former) * lagFactor) : former;
    }
  }
  result.set(ROWS, halves);
  result.set('panel.memory.next', Float64Array.of(count % capacity));
  result.set('panel.memory.count', Float64Array.of(count));
  result.set('panel.memory.random', arrayOf(old.entries, 'panel.memory.random'));
  return result;
}

/** (new size): place of each column of a row, inputs and targets, in the former rows. */
function columnsBetween(from: LearnerSchema, to: LearnerSchema): readonly number[] {
  return placesOf(columnsOf(to, from), columnsOf(from, to));
}

function columnsOf(schema: LearnerSchema, other: LearnerSchema): readonly string[] {
  const targets = networksOf(schema).flatMap((name) => schema.horizons.map((steps) => `target ${steps} of ${name}`));
  return [...memoryFeatures(schema, inputKeys(schema, other)), ...targets];
}

/** undefined: there is no memory. */
export function rowsOf({ schema, entries }: LearnerNumbers): MemoryRows | undefined {
  if (schema.replays === 0 || networksOf(schema).length === 0) return undefined;
  const halves = arrayOf(entries, ROWS) as Uint16Array;
  return {
    halves,
    size: halves.length / schema.replays,
    next: numberOf(entries, 'panel.memory.next'),
    count: numberOf(entries, 'panel.memory.count'),
  };
}

/** undefined where no row is as old. */
export function halfAt({ halves, size, next, count }: MemoryRows, age: number, column: number): number | undefined {
  if (age >= count) return undefined;
  const capacity = halves.length / size;
  const slot = (((next - 1 - age) % capacity) + capacity) % capacity;
  return halves[slot * size + column];
}
