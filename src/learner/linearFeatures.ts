import type { ModelSettings } from '../domain/streamSettings.ts';
import { CALENDAR_FEATURES, calendarFeatures } from './calendar.ts';
import { clip } from './exponential.ts';
import type { Row } from './row.ts';
import type { Seasons } from './seasons.ts';

const LAGS = 12;
const LEVEL_BOUND = 8;
const CHANGE_BOUND = 10;

type Inputs = ModelSettings['inputs'];

/** n: at most 25. */
export function linearFeatureCount({ calendar, dayLag, weekLag }: Inputs): number {
  return 2 + LAGS + (calendar ? CALENDAR_FEATURES : 0) + (dayLag ? 2 : 0) + (weekLag ? 2 : 0);
}

/**
 * f (n) out: 1, level, differences to the last twelve values, calendar, and the differences to the values a day and a week
 * before now and before the moment that is forecast, all in units of the usual change over horizon `k`.
 */
export function buildLinearFeatures(f: Float64Array, row: Row, seasons: Seasons, inputs: Inputs, k: number): void {
  const scale = row.scales[k] as number;
  const difference = (past: number): number => clip((past - row.value) / scale, CHANGE_BOUND);
  f[0] = 1;
  f[1] = clip(row.standardised, LEVEL_BOUND);
  let next = 2;
  for (let lag = 1; lag <= LAGS; lag++) f[next++] = difference(row.history.ago(lag));
  if (inputs.calendar) {
    calendarFeatures(f, next, row.localMs);
    next += CALENDAR_FEATURES;
  }
  if (inputs.dayLag) {
    f[next++] = difference(seasons.dayAhead[k] as number);
    f[next++] = difference(seasons.day);
  }
  if (inputs.weekLag) {
    f[next++] = difference(seasons.weekAhead[k] as number);
    f[next++] = difference(seasons.week);
  }
}
