import type { StateArray } from '../../model/stateIo.ts';
import { ROW_COUNT } from './carryTracks.ts';
import { arrayOf } from './numbers.ts';

const LATEST = 1;
const SILENCE = 5;
const LAST_READING_AT = 7;
const DOUBTED_AT = 8;
const RINGS = /^horizon\d+\.(forecasts|issued)$/;
const COUNTS = /^(row\.history\.(next|count)|row\.guard\.doubt\.count|panel\.\w+\.rows)$/;
const MEMORY = 'panel.memory.rows';

/**
 * Sets the numbers of a learner back before the first row kept of its stream, for it to live through these rows with all that it knows:
 * nothing waits for a target, and the history is empty. @param first value of the first row
 */
export function rewind(numbers: Map<string, StateArray>, first: number): void {
  for (const [name, array] of numbers) {
    if (RINGS.test(name)) numbers.set(name, new Float64Array(array.length).fill(Number.NaN));
    if (COUNTS.test(name) && name !== MEMORY) numbers.set(name, Float64Array.of(0));
  }
  const moment = Float64Array.from(arrayOf(numbers, 'row.moment'));
  moment[ROW_COUNT] = 0;
  moment[LATEST] = first;
  for (const at of [SILENCE, LAST_READING_AT, DOUBTED_AT]) moment[at] = Number.NaN;
  numbers.set('row.moment', moment);
  numbers.set('row.value', Float64Array.of(first));
}
