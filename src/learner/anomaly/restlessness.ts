import type { History } from '../history.ts';

/** Changes of direction that are averaged … */
const WINDOW = 16;
/** … and the largest of them, which are left out: a lone jump there and back makes three. */
const LEFT_OUT = 4;
/** Rows that a window needs: two more than it has second differences. */
const ROWS = WINDOW + 2;
/** Rows from one window of the past to the next. */
const STRIDE = 8;
/** Share of the windows of the past that are at most as restless as the calm series. */
const CALM = 0.9;

/** The part of the history that is looked at. */
export type Readings = Pick<History, 'ago' | 'count'>;

const window: Float64Array = new Float64Array(WINDOW);

/**
 * Restlessness of the readings up to `age` rows ago: the mean of |v_t − 2·v_{t−1} + v_{t−2}| over 16 rows without the four largest, in the sensor's
 * unit. Level, slope and a lone jump do not count; readings that go up and down by a do, with 4a.
 * @returns 0 where there are fewer than 18 rows
 */
export function restlessnessOf(readings: Readings, age = 0): number {
  if (age + ROWS > readings.count) return 0;
  for (let i = 0; i < WINDOW; i++)
    window[i] = Math.abs(readings.ago(age + i) - 2 * readings.ago(age + i + 1) + readings.ago(age + i + 2));
  window.sort();
  let sum = 0;
  for (let i = 0; i < WINDOW - LEFT_OUT; i++) sum += window[i];
  return sum / (WINDOW - LEFT_OUT);
}

/** The largest restlessness of the readings up to each of these rows. */
export function highestBetween(readings: Readings, oldest: number, newest: number): number {
  let highest = 0;
  for (let age = Math.max(0, newest); age <= Math.min(oldest, readings.count - ROWS); age++)
    highest = Math.max(highest, restlessnessOf(readings, age));
  return highest;
}

/**
 * Restlessness that nine of ten windows of the rows before stay below: what had come several times before somebody judged it does not
 * count as calm.
 * @param age rows since the end of what counts as before
 */
export function calmBefore(readings: Readings, age: number): number {
  const found: number[] = [];
  for (let at = age; at + ROWS <= readings.count; at += STRIDE) found.push(restlessnessOf(readings, at));
  found.sort((one, other) => one - other);
  return found[Math.floor(CALM * (found.length - 1))] ?? 0;
}
