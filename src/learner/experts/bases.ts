import type { LinearForecast } from '../linearForecast.ts';
import type { Row } from '../row.ts';

/** Forecast that a network corrects: its own forecast is `mean` + y·`scale`, its target (v_{t+h} − mean)/scale, per horizon k. */
export interface Base {
  mean(row: Row, k: number): number;
  scale(row: Row, k: number): number;
}

/** `lstm_direct`: the network forecasts the change itself. Untrained it already is persistence. */
export const LAST_VALUE_BASE: Base = {
  mean: (row) => row.value,
  scale: (row, k) => row.scales[k],
};

/** `lstm_residual`: the network forecasts the linear model's error, in units of its usual size. */
export function linearBase(linear: LinearForecast): Base {
  return {
    mean: (_, k) => linear.mean[k],
    scale: (_, k) => linear.errorScale[k],
  };
}
