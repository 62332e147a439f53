import { cos, sin } from '../kernel/math/sinCos.ts';

export const CALENDAR_FEATURES = 7;
export const DAY_MS = 86_400_000;
export const WEEK_MS: number = 7 * DAY_MS;

/** 1970-01-01 was a Thursday; Monday is day 0. */
const EPOCH_WEEKDAY = 3;
const TWO_PI = 6.283185307179586;

/**
 * x[offset … offset+6] out: sin and cos of one and two turns a day, sin and cos of one turn a week, 1 on Saturday and Sunday.
 * Two turns a day because homes and roads have two peaks. @param localMs local time as if it were UTC, epoch ms.
 */
export function calendarFeatures(x: Float32Array | Float64Array, offset: number, localMs: number): void {
  const day = Math.floor(localMs / DAY_MS);
  const timeOfDay = (localMs - day * DAY_MS) / DAY_MS;
  const weekday = (((day + EPOCH_WEEKDAY) % 7) + 7) % 7;
  x[offset] = sin(TWO_PI * timeOfDay);
  x[offset + 1] = cos(TWO_PI * timeOfDay);
  x[offset + 2] = sin(2 * TWO_PI * timeOfDay);
  x[offset + 3] = cos(2 * TWO_PI * timeOfDay);
  const timeOfWeek = (weekday + timeOfDay) / 7;
  x[offset + 4] = sin(TWO_PI * timeOfWeek);
  x[offset + 5] = cos(TWO_PI * timeOfWeek);
  x[offset + 6] = weekday >= 5 ? 1 : 0;
}
