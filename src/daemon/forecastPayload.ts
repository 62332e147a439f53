import type { Expectation, Forecast, HorizonForecast } from '../domain/forecast.ts';
import { roundForecast } from '../domain/roundForecast.ts';
import { toIsoTime } from '../domain/time.ts';
import { JsonWriter } from './jsonWriter.ts';

// Written piece by piece instead of through JSON.stringify, for it is done twice for each message. All texts in them (times,
// words of ours, labels of horizons such as `15m`) are of letters and digits: nothing needs an escape.
const json = new JsonWriter();

/** JSON of `<base>/<stream>`: everything about the last reading. What is not known is null; NaN cannot occur. */
export function statePayload(forecast: Forecast): string {
  startWithTime(forecast);
  if (forecast.late) json.raw(',"late":true');
  json.raw(',"y":');
  json.number(forecast.value);
  json.raw(',');
  writeBounds(forecast.expected);
  json.raw(',"anomaly_score":');
  json.number(toRatio(forecast.anomalyScore));
  json.raw(forecast.anomaly ? ',"anomaly":true,"forecast_at":{' : ',"anomaly":false,"forecast_at":{');
  for (let k = 0; k < forecast.horizons.length; k++) writeMember(k, forecast.horizons[k] as HorizonForecast);
  json.raw('},"state":"');
  json.raw(forecast.state);
  json.raw('","source":"');
  json.raw(forecast.source);
  json.raw('","skill":');
  json.number(toRatio(forecast.skill));
  json.raw(',"coverage":');
  json.number(toRatio(forecast.coverage));
  json.raw(',"n":');
  json.number(forecast.samples);
  json.raw('}');
  return json.take();
}

/** JSON of `<base>/<stream>/forecast`: the horizons as columns, a fifth of the size of rows when there are many. */
export function columnsPayload(forecast: Forecast): string {
  const { horizons } = forecast;
  startWithTime(forecast);
  json.raw(',"horizon":[');
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '"' : ',"');
    json.raw((horizons[k] as HorizonForecast).horizon.label);
    json.raw('"');
  }
  writeColumn('],"yhat":[', horizons, 'mean');
  writeColumn('],"yhat_lower":[', horizons, 'lower');
  writeColumn('],"yhat_upper":[', horizons, 'upper');
  json.raw(']}');
  return json.take();
}

/** JSON of `<base>/<stream>/anomaly`: its start, and its end with the same id. */
export function anomalyPayload(forecast: Forecast, id: string): string {
  const { anomaly, at, late, anomalyScore, value, expected } = forecast;
  return JSON.stringify({
    id,
    phase: anomaly ? 'start' : 'end',
    ts: toIsoTime(at),
    late,
    score: toRatio(anomalyScore),
    y: value,
    yhat: toPublished(expected?.mean ?? null),
    yhat_lower: toPublished(expected?.lower ?? null),
    yhat_upper: toPublished(expected?.upper ?? null),
  });
}

function startWithTime({ at }: Forecast): void {
  json.raw('{"ts":"');
  json.raw(toIsoTime(at));
  json.raw('"');
}

function writeMember(index: number, issued: HorizonForecast): void {
  json.raw(index === 0 ? '"' : ',"');
  json.raw(issued.horizon.label);
  json.raw('":{');
  writeBounds(issued);
  json.raw('}');
}

function writeBounds(expectation: Expectation | null): void {
  json.raw('"yhat":');
  json.number(toPublished(expectation === null ? null : expectation.mean));
  json.raw(',"yhat_lower":');
  json.number(toPublished(expectation === null ? null : expectation.lower));
  json.raw(',"yhat_upper":');
  json.number(toPublished(expectation === null ? null : expectation.upper));
}

function writeColumn(start: string, horizons: readonly HorizonForecast[], name: 'mean' | 'lower' | 'upper'): void {
  json.raw(start);
  for (let k = 0; k < horizons.length; k++) {
    if (k > 0) json.raw(',');
    json.number(toPublished((horizons[k] as HorizonForecast)[name]));
  }
}

function toPublished(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : roundForecast(value);
}

/** Scores, skills and shares: four decimals. */
function toRatio(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  // From 2^53 on there are no decimals, and the product could overflow.
  return Math.abs(value) < Number.MAX_SAFE_INTEGER ? Math.round(value * 1e4) / 1e4 : value;
}
