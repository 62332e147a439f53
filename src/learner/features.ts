import type { ModelSettings } from '../domain/streamSettings.ts';
import { CALENDAR_FEATURES } from './calendar.ts';
import { exogenousFeatureCount } from './exogenous.ts';
import { clip } from './exponential.ts';
import type { Row } from './row.ts';
import type { Seasons } from './seasons.ts';

const LEVEL_BOUND = 5;
const CHANGE_BOUND = 6;
const RHYTHM_BOUND = 3;

type Inputs = ModelSettings['inputs'];

/** D: how many inputs the network has. @param exogenous how many other fields of the message come along */
export function featureCount(inputs: Inputs, horizons: number, exogenous = 0): number {
  const seasonal = (inputs.dayLag ? 1 : 0) + (inputs.weekLag ? 1 : 0);
  const own = 3 + inputs.lags + (inputs.calendar ? CALENDAR_FEATURES : 0) + seasonal * horizons;
  return own + exogenousFeatureCount(exogenous, inputs.lags);
}

/**
 * x (D) out: level, last change, rhythm, differences to the last values, calendar, and per horizon the differences to the value a
 * day and a week before the moment that is forecast; last what the other fields of the message say. All differences are taken
 * in float64 before x rounds them to float32: a counter of 1e9 that moves by 1 would otherwise stand still.
 */
export function buildFeatures(x: Float32Array, row: Row, seasons: Seasons, inputs: Inputs, horizons: number): void {
  x[0] = clip(row.standardised, LEVEL_BOUND);
  x[1] = clip(row.lastChange, LEVEL_BOUND);
  x[2] = clip(row.rhythm, RHYTHM_BOUND);
  let next = 3;
  for (let lag = 1; lag <= inputs.lags; lag++) x[next++] = difference(row.history.ago(lag), row, 0);
  if (inputs.calendar) {
    for (let i = 0; i < CALENDAR_FEATURES; i++) x[next++] = seasons.calendar[i];
  }
  for (let k = 0; k < horizons; k++) {
    if (inputs.dayLag) x[next++] = difference(seasons.dayAhead[k], row, k);
    if (inputs.weekLag) x[next++] = difference(seasons.weekAhead[k], row, k);
  }
  row.exogenous.write(x, next);
}

/** (past − v_t)/s_h, limited; 0 (no change) where the past is not known. */
function difference(past: number, row: Row, horizon: number): number {
  return clip((past - row.value) / row.scales[horizon], CHANGE_BOUND);
}
