import type { ModelSettings } from '../domain/streamSettings.ts';
import { CALENDAR_FEATURES } from './calendar.ts';
import { exogenousValueCount } from './exogenous.ts';
import { clip } from './exponential.ts';
import type { Row } from './row.ts';
import type { Seasons } from './seasons.ts';

const LAGS = 12;
/** The constant, the level and the last values come first. */
export const RECENT_FEATURES: number = 2 + LAGS;
/** Most lags of each other field of the message: 16 fields make 64 features as it is, and an update takes their square. */
const EXOGENOUS_LAGS = 3;
const LEVEL_BOUND = 8;
const CHANGE_BOUND = 10;

type Inputs = ModelSettings['inputs'];

/** n: at most 25, and what the other fields of the message add, at most 4 each. @param exogenous how many of these come along */
export function linearFeatureCount({ lags, calendar, dayLag, weekLag }: Inputs, exogenous = 0): number {
  const own = RECENT_FEATURES + (calendar ? CALENDAR_FEATURES : 0) + (dayLag ? 2 : 0) + (weekLag ? 2 : 0);
  return own + exogenousValueCount(exogenous, Math.min(lags, EXOGENOUS_LAGS));
}

/**
 * f (n) out: 1, level, differences to the last twelve values, calendar, and the differences to the values a day and a week
 * before now and before the moment that is forecast, all in units of the usual change over horizon `k`; last what the other
 * fields of the message say.
 */
export function buildLinearFeatures(f: Float64Array, row: Row, seasons: Seasons, inputs: Inputs, k: number): void {
  const scale = row.scales[k];
  const difference = (past: number): number => clip((past - row.value) / scale, CHANGE_BOUND);
  f[0] = 1;
  f[1] = clip(row.standardised, LEVEL_BOUND);
  let next = 2;
  for (let lag = 1; lag <= LAGS; lag++) f[next++] = difference(row.history.ago(lag));
  if (inputs.calendar) {
    for (let i = 0; i < CALENDAR_FEATURES; i++) f[next++] = seasons.calendar[i];
  }
  if (inputs.dayLag) {
    f[next++] = difference(seasons.dayAhead[k]);
    f[next++] = difference(seasons.day);
  }
  if (inputs.weekLag) {
    f[next++] = difference(seasons.weekAhead[k]);
    f[next++] = difference(seasons.week);
  }
  row.exogenous.writeValues(f, next, Math.min(inputs.lags, EXOGENOUS_LAGS));
}
