import { type Effort, FULL_EFFORT } from '../../domain/effort.ts';
import { type Marks, NO_MARKS } from '../../domain/marks.ts';
import type { Step } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type DurationMs, toEpochMs } from '../../domain/time.ts';

/**
 * Steps on their way to a thread: rows of [stream index, at, zoneOffset, value, flags, n] and the n further inputs of the
 * step, one after the other in one array. An eviction is a row too, so that it keeps its place among the steps: its first number is
 * below zero. The flags are effort + 8 where the reading is late + 16 × its marks.
 */
export const ROW_HEAD = 6;

/** Place of n in a row. */
const COUNT = 5;

const LATE = 8;
const MARKED = 16;

export function flagsOf({
  effort = FULL_EFFORT,
  marks = NO_MARKS,
  late,
}: Pick<Step, 'effort' | 'marks' | 'late'>): number {
  return (late === undefined ? effort : effort + LATE) + MARKED * marks;
}

/** First number of the row that evicts a stream. */
export const evictionOf = (index: number): number => -1 - index;
export const isEviction = (first: number): boolean => first < 0;
/** The stream that an eviction's first number stands for. */
export const evictedBy = (first: number): number => -1 - first;

/** Numbers of the row at a place; `mask` is for rows that lie in a ring. */
export function widthOf(rows: Float64Array, place: number, mask = -1): number {
  return ROW_HEAD + (rows[(place + COUNT) & mask] as number);
}

/** (rows): the first number of each row. */
export function firstsOf(rows: Float64Array): Float64Array {
  const firsts: number[] = [];
  for (let place = 0; place < rows.length; place += widthOf(rows, place)) firsts.push(rows[place] as number);
  return Float64Array.from(firsts);
}

/** The step in the row at a place. */
export function stepAt(rows: Float64Array, place: number, stream: StreamId): Step {
  const at = toEpochMs(rows[place + 1] as number);
  const zoneOffset = rows[place + 2] as DurationMs;
  const value = rows[place + 3] as number;
  const flags = rows[place + 4] as number;
  const width = widthOf(rows, place);
  const step: Step = { stream, at, zoneOffset, value };
  if (width === ROW_HEAD && flags === FULL_EFFORT) return step;
  const effort = (flags % LATE) as Effort;
  const marks: Marks = Math.floor(flags / MARKED);
  const inputs = width === ROW_HEAD ? undefined : Array.from(rows.subarray(place + ROW_HEAD, place + width));
  return {
    ...step,
    ...(inputs && { inputs }),
    ...(effort !== FULL_EFFORT && { effort }),
    ...(marks !== NO_MARKS && { marks }),
    ...((flags & LATE) !== 0 && { late: true }),
  };
}
