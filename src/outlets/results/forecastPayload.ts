import type { Expectation, Forecast, HorizonForecast } from '../../domain/forecast.ts';
import { type Grain, grainOf, type PublishedExpectation, roundForecast } from '../../domain/roundForecast.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import { targetTime } from '../../domain/targetTime.ts';
import type { EpochMs } from '../../domain/time.ts';
import { IsoTimes } from './isoTimes.ts';
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
  readonly #times = new IsoTimes();

  /** JSON of `<base>/<stream>`: everything about the last reading. What is not known is null; NaN cannot occur. */
  state(forecast: Forecast, settings: Settings): string {
    const grain = grainOf(forecast, settings.valid);
    this.#startWithTime(forecast);
    if (forecast.late) this.#json.raw(',"late":true');
    this.#json.raw(',"y":');
    this.#json.number(forecast.value);
    this.#json.raw(',');
    this.#writeBounds(forecast.expected, grain);
    this.#json.raw(',"anomaly_score":');
    this.#json.number(toRatio(forecast.anomalyScore));
    this.#json.raw(forecast.anomaly ? ',"anomaly":true,"forecast_at":{' : ',"anomaly":false,"forecast_at":{');
    for (let k = 0; k < forecast.horizons.length; k++) {
      const issued = forecast.horizons[k] as HorizonForecast;
      this.#writeMember(k, issued, targetTime(forecast, issued.horizon, settings.step), grain);
    }
    this.#json.raw('},"state":"');
    this.#json.raw(forecast.state);
    this.#json.raw('","source":"');
    this.#json.raw(forecast.source);
    this.#json.raw('","skill":');
    this.#json.number(toRatio(forecast.skill));
    this.#json.raw(',"coverage":');
    this.#json.number(toRatio(forecast.coverage));
    this.#json.raw(',"n":');
    this.#json.number(forecast.samples);
    this.#json.raw('}');
    return this.#json.take();
  }

  /** JSON of `<base>/<stream>/forecast`: the horizons as columns, a fifth of the size of rows when there are many. */
  columns(forecast: Forecast, { step, valid }: Settings): string {
    const { horizons } = forecast;
    const grain = grainOf(forecast, valid);
    const rounded = horizons.map((issued) => roundForecast(issued, grain));
    this.#startWithTime(forecast);
    this.#json.raw(',"horizon":[');
    for (let k = 0; k < horizons.length; k++) {
      this.#json.raw(k === 0 ? '"' : ',"');
      this.#json.raw((horizons[k] as HorizonForecast).horizon.label);
      this.#json.raw('"');
    }
    for (let k = 0; k < horizons.length; k++) {
      this.#json.raw(k === 0 ? '],"at":[' : ',');
      this.#writeTime(targetTime(forecast, (horizons[k] as HorizonForecast).horizon, step));
    }
    this.#writeColumn('],"yhat":[', rounded, 'mean');
    this.#writeColumn('],"yhat_lower":[', rounded, 'lower');
    this.#writeColumn('],"yhat_upper":[', rounded, 'upper');
    this.#json.raw(']}');
    return this.#json.take();
  }

  /** JSON of `<base>/<stream>/anomaly`: its start, and its end with the same id. */
  anomaly(forecast: Forecast, id: string, { valid }: Settings): string {
    const { anomaly, at, late, anomalyScore, value, expected } = forecast;
    const rounded = expected === null ? NOTHING : roundForecast(expected, grainOf(forecast, valid));
    return JSON.stringify({
      id,
      phase: anomaly ? 'start' : 'end',
      ts: this.#times.text(at),
      late,
      score: toRatio(anomalyScore),
      y: value,
      yhat: rounded.mean,
      yhat_lower: rounded.lower,
      yhat_upper: rounded.upper,
    });
  }

  #startWithTime({ at }: Forecast): void {
    this.#json.raw('{"ts":"');
    this.#json.raw(this.#times.text(at));
    this.#json.raw('"');
  }

  #writeTime(at: EpochMs | null): void {
    if (at === null) this.#json.raw('null');
    else {
      this.#json.raw('"');
      this.#json.raw(this.#times.text(at));
      this.#json.raw('"');
    }
  }

  #writeMember(index: number, issued: HorizonForecast, at: EpochMs | null, grain: Grain): void {
    this.#json.raw(index === 0 ? '"' : ',"');
    this.#json.raw(issued.horizon.label);
    this.#json.raw('":{"at":');
    this.#writeTime(at);
    this.#json.raw(',');
    this.#writeBounds(issued, grain);
    this.#json.raw('}');
  }

  #writeBounds(expectation: Expectation | null, grain: Grain): void {
    const { mean, lower, upper } = expectation === null ? NOTHING : roundForecast(expectation, grain);
    this.#json.raw('"yhat":');
    this.#json.number(mean);
    this.#json.raw(',"yhat_lower":');
    this.#json.number(lower);
    this.#json.raw(',"yhat_upper":');
    this.#json.number(upper);
  }

  #writeColumn(start: string, rounded: readonly PublishedExpectation[], name: 'mean' | 'lower' | 'upper'): void {
    this.#json.raw(start);
    for (let k = 0; k < rounded.length; k++) {
      if (k > 0) this.#json.raw(',');
      this.#json.number((rounded[k] as PublishedExpectation)[name]);
    }
  }
}

/** Scores, skills and shares: four decimals. */
function toRatio(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  // From 2^53 on there are no decimals, and the product could overflow.
  return Math.abs(value) < Number.MAX_SAFE_INTEGER ? Math.round(value * 1e4) / 1e4 : value;
}
