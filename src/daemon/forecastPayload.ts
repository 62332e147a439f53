import type { Expectation, Forecast } from '../domain/forecast.ts';
import { roundForecast } from '../domain/roundForecast.ts';
import { toIsoTime } from '../domain/time.ts';

type Bounds = { yhat: number | null; yhat_lower: number | null; yhat_upper: number | null };

/** JSON of `<base>/<stream>`: everything about the last reading. What is not known is null; NaN cannot occur. */
export function statePayload(forecast: Forecast): string {
  const { at, value, anomalyScore, anomaly, state, source, skill, coverage, samples } = forecast;
  const forecastAt: Record<string, Bounds> = {};
  for (const issued of forecast.horizons) forecastAt[issued.horizon.label] = toBounds(issued);
  return JSON.stringify({
    ts: toIsoTime(at),
    y: value,
    ...toBounds(forecast.expected),
    anomaly_score: toRatio(anomalyScore),
    anomaly,
    forecast_at: forecastAt,
    state,
    source,
    skill: toRatio(skill),
    coverage: toRatio(coverage),
    n: samples,
  });
}

/** JSON of `<base>/<stream>/forecast`: the horizons as columns, a fifth of the size of rows when there are many. */
export function columnsPayload(forecast: Forecast): string {
  const bounds = forecast.horizons.map(toBounds);
  return JSON.stringify({
    ts: toIsoTime(forecast.at),
    horizon: forecast.horizons.map(({ horizon }) => horizon.label),
    yhat: bounds.map(({ yhat }) => yhat),
    yhat_lower: bounds.map(({ yhat_lower }) => yhat_lower),
    yhat_upper: bounds.map(({ yhat_upper }) => yhat_upper),
  });
}

/** JSON of `<base>/<stream>/anomaly`: its start, and its end with the same id. */
export function anomalyPayload(forecast: Forecast, id: string): string {
  return JSON.stringify({
    id,
    phase: forecast.anomaly ? 'start' : 'end',
    ts: toIsoTime(forecast.at),
    score: toRatio(forecast.anomalyScore),
    y: forecast.value,
    ...toBounds(forecast.expected),
  });
}

function toBounds(expectation: Expectation | null): Bounds {
  return {
    yhat: toPublished(expectation?.mean),
    yhat_lower: toPublished(expectation?.lower),
    yhat_upper: toPublished(expectation?.upper),
  };
}

function toPublished(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : roundForecast(value);
}

/** Scores, skills and shares: four decimals. */
function toRatio(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  // From 2^53 on there are no decimals, and the product could overflow.
  return Math.abs(value) < Number.MAX_SAFE_INTEGER ? Math.round(value * 1e4) / 1e4 : value;
}
