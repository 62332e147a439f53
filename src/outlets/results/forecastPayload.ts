import type { Expectation, Forecast, HorizonForecast } from '../../domain/forecast.ts';
import { type Grain, grainOf, type PublishedExpectation, roundForecast } from '../../domain/roundForecast.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import { targetTime } from '../../domain/targetTime.ts';
import { type EpochMs, toIsoTime } from '../../domain/time.ts';
import { JsonWriter } from './jsonWriter.ts';

const NOTHING: PublishedExpectation = { mean: null, lower: null, upper: null };

/** Settings of a stream that its payloads depend on. */
type Settings = Pick<StreamSettings, 'step' | 'valid'>;

/**
 * Writes the payloads of forecasts, piece by piece instead of through JSON.stringify: there are two for each message. All texts in them
 * (times, words of ours, labels of horizons such as `15m`) are of letters and digits, so nothing needs an escape.
 */
export class ForecastPayloads {
  readonly #json = new JsonWriter();

  /** JSON of `<base>/<stream>`: everything about the last reading. What is not known is null; NaN cannot occur. */
  state(forecast: Forecast, settings: Settings): string {
    const json = this.#json;
    const grain = grainOf(forecast, settings.valid);
    startWithTime(json, forecast);
    if (forecast.late) json.raw(',"late":true');
    json.raw(',"y":');
    json.number(forecast.value);
    json.raw(',');
    writeBounds(json, forecast.expected, grain);
    json.raw(',"anomaly_score":');
    json.number(toRatio(forecast.anomalyScore));
    json.raw(forecast.anomaly ? ',"anomaly":true,"forecast_at":{' : ',"anomaly":false,"forecast_at":{');
    for (let k = 0; k < forecast.horizons.length; k++) {
      const issued = forecast.horizons[k];
      writeMember(json, k, issued, targetTime(forecast, issued.horizon, settings.step), grain);
    }
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
  columns(forecast: Forecast, { step, valid }: Settings): string {
    const json = this.#json;
    const { horizons } = forecast;
    const grain = grainOf(forecast, valid);
    const rounded = horizons.map((issued) => roundForecast(issued, grain));
    startWithTime(json, forecast);
    json.raw(',"horizon":[');
    for (let k = 0; k < horizons.length; k++) {
      json.raw(k === 0 ? '"' : ',"');
      json.raw(horizons[k].horizon.label);
      json.raw('"');
    }
    for (let k = 0; k < horizons.length; k++) {
      json.raw(k === 0 ? '],"at":[' : ',');
      json.time(targetTime(forecast, horizons[k].horizon, step));
    }
    writeColumn(json, '],"yhat":[', rounded, 'mean');
    writeColumn(json, '],"yhat_lower":[', rounded, 'lower');
    writeColumn(json, '],"yhat_upper":[', rounded, 'upper');
    json.raw(']}');
    return json.take();
  }

  /** JSON of `<base>/<stream>/anomaly`: its start, and its end with the same id. */
  anomaly(forecast: Forecast, id: string, { valid }: Settings): string {
    const { anomaly, at, late, anomalyScore, value, expected } = forecast;
    const rounded = expected === null ? NOTHING : roundForecast(expected, grainOf(forecast, valid));
    return JSON.stringify({
      id,
      phase: anomaly ? 'start' : 'end',
      ts: toIsoTime(at),
      late,
      score: toRatio(anomalyScore),
      y: value,
      yhat: rounded.mean,
      yhat_lower: rounded.lower,
      yhat_upper: rounded.upper,
    });
  }
}

function startWithTime(json: JsonWriter, { at }: Forecast): void {
  json.raw('{"ts":');
  json.time(at);
}

function writeMember(json: JsonWriter, index: number, issued: HorizonForecast, at: EpochMs | null, grain: Grain): void {
  json.raw(index === 0 ? '"' : ',"');
  json.raw(issued.horizon.label);
  json.raw('":{"at":');
  json.time(at);
  json.raw(',');
  writeBounds(json, issued, grain);
  json.raw('}');
}

function writeBounds(json: JsonWriter, expectation: Expectation | null, grain: Grain): void {
  const { mean, lower, upper } = expectation === null ? NOTHING : roundForecast(expectation, grain);
  json.raw('"yhat":');
  json.number(mean);
  json.raw(',"yhat_lower":');
  json.number(lower);
  json.raw(',"yhat_upper":');
  json.number(upper);
}

function writeColumn(
  json: JsonWriter,
  start: string,
  rounded: readonly PublishedExpectation[],
  name: 'mean' | 'lower' | 'upper',
): void {
  json.raw(start);
  for (let k = 0; k < rounded.length; k++) {
    if (k > 0) json.raw(',');
    json.number(rounded[k][name]);
  }
}

/** Scores, skills and shares: four decimals. */
function toRatio(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  // From 2^53 on there are no decimals, and the product could overflow.
  return Math.abs(value) < Number.MAX_SAFE_INTEGER ? Math.round(value * 1e4) / 1e4 : value;
}
