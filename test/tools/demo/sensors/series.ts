import { toEpochMs } from '../../../../src/domain/time.ts';
import type { Reading, Series } from '../../../../src/tools/demo/sensors/sensor.ts';

export const MONDAY: number = Date.UTC(2026, 2, 2);

export interface Measured extends Reading {
  readonly at: number;
  /** Days since Monday, and the hour of the day, UTC. */
  readonly day: number;
  readonly hour: number;
}

/** `days` of a series from a Monday on, one reading each `minutes`. */
export function measure(series: Series, days: number, minutes = 5): Measured[] {
  return Array.from({ length: (days * 1_440) / minutes }, (_, index) => {
    const at = MONDAY + index * minutes * 60_000;
    const sinceMidnight = (index * minutes) % 1_440;
    return { ...series(toEpochMs(at)), at, day: Math.floor((index * minutes) / 1_440), hour: sinceMidnight / 60 };
  });
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
