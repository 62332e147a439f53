import type { Expectation, Forecast, HorizonForecast } from '../domain/forecast.ts';
import { roundForecast } from '../domain/roundForecast.ts';
import { toIsoTime } from '../domain/time.ts';

// Written out instead of through JSON.stringify, for it is done twice for each message. All texts in them (times, words of
// ours, labels of horizons such as `15m`) are of letters and digits: nothing needs an escape.

/** JSON of `<base>/<stream>`: everything about the last reading. What is not known is null; NaN cannot occur. */
export function statePayload(forecast: Forecast): string {
  const { anomalyScore, anomaly, horizons, state, source, skill, coverage, samples } = forecast;
  const start = `{"ts":"${toIsoTime(forecast.at)}","y":${toNumber(forecast.value)},${toBounds(forecast.expected)}`;
  const alarm = `"anomaly_score":${toRatio(anomalyScore)},"anomaly":${anomaly}`;
  const quality = `"skill":${toRatio(skill)},"coverage":${toRatio(coverage)},"n":${samples}}`;
  return `${start},${alarm},"forecast_at":{${toMembers(horizons)}},"state":"${state}","source":"${source}",${quality}`;
}

/** JSON of `<base>/<stream>/forecast`: the horizons as columns, a fifth of the size of rows when there are many. */
export function columnsPayload({ at, horizons }: Forecast): string {
  let labels = '';
  let means = '';
  let lowers = '';
  let uppers = '';
  for (let k = 0; k < horizons.length; k++) {
    const { horizon, mean, lower, upper } = horizons[k] as HorizonForecast;
    const comma = k === 0 ? '' : ',';
    labels += `${comma}"${horizon.label}"`;
    means += comma + toPublished(mean);
    lowers += comma + toPublished(lower);
    uppers += comma + toPublished(upper);
  }
  const bounds = `"yhat":[${means}],"yhat_lower":[${lowers}],"yhat_upper":[${uppers}]`;
  return `{"ts":"${toIsoTime(at)}","horizon":[${labels}],${bounds}}`;
}

/** JSON of `<base>/<stream>/anomaly`: its start, and its end with the same id. */
export function anomalyPayload(forecast: Forecast, id: string): string {
  const { anomaly, anomalyScore, at, value, expected } = forecast;
  const head = `{"id":${JSON.stringify(id)},"phase":"${anomaly ? 'start' : 'end'}","ts":"${toIsoTime(at)}"`;
  return `${head},"score":${toRatio(anomalyScore)},"y":${toNumber(value)},${toBounds(expected)}}`;
}

function toMembers(horizons: readonly HorizonForecast[]): string {
  let members = '';
  for (let k = 0; k < horizons.length; k++) {
    const issued = horizons[k] as HorizonForecast;
    members += `${k === 0 ? '' : ','}"${issued.horizon.label}":{${toBounds(issued)}}`;
  }
  return members;
}

function toBounds(expectation: Expectation | null): string {
  if (expectation === null) return '"yhat":null,"yhat_lower":null,"yhat_upper":null';
  const { mean, lower, upper } = expectation;
  return `"yhat":${toPublished(mean)},"yhat_lower":${toPublished(lower)},"yhat_upper":${toPublished(upper)}`;
}

function toPublished(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'null' : String(roundForecast(value));
}

function toNumber(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'null' : String(value);
}

/** Scores, skills and shares: four decimals. */
function toRatio(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'null';
  // From 2^53 on there are no decimals, and the product could overflow.
  return String(Math.abs(value) < Number.MAX_SAFE_INTEGER ? Math.round(value * 1e4) / 1e4 : value);
}
