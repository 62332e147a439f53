import type { BorrowedForecast } from '../../domain/forecast.ts';
import {
  AT,
  BOUNDS,
  COVERAGE,
  EXPECTED,
  ForecastRow,
  HORIZONS,
  SAMPLES,
  SCORE,
  SKILL,
  VALUE,
} from '../../domain/forecastRow.ts';
import type { WritablePayload } from '../../domain/outgoing.ts';
import type { OutputBytes } from '../../domain/outputBytes.ts';
import { Grain } from '../../domain/roundForecast.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import { writeTargetTimes } from '../../domain/targetTime.ts';
import { toIsoTime } from '../../domain/time.ts';
import { JsonWriter } from './jsonWriter.ts';

/** Settings of a stream that its payloads depend on. */
type Settings = Pick<StreamSettings, 'step' | 'valid'>;

/** Places within bounds. */
const [MEAN, LOWER, UPPER] = [0, 1, 2];
const RATIOS = [SCORE, SKILL, COVERAGE];

/**
 * The payloads of forecasts, written piece by piece into the bytes that go out instead of through JSON.stringify: there are two
 * for each message. All texts in them (times, words of ours, labels of horizons such as `15m`) are of letters and digits, so
 * nothing needs an escape.
 */
export class ForecastPayloads {
  /** JSON of `<base>/<stream>`: everything about the last reading. What is not known is null; NaN cannot occur. */
  readonly state: WritablePayload = { writeTo: (out) => this.#write(out, writeState) };
  /** JSON of `<base>/<stream>/forecast`: the horizons as columns, a fifth of the size of rows when there are many. */
  readonly columns: WritablePayload = { writeTo: (out) => this.#write(out, writeColumns) };
  readonly #json = new JsonWriter();
  readonly #grain = new Grain();
  /** The forecast as it is published: its numbers are rounded. */
  readonly #row = new ForecastRow();
  /** (K): moments that the horizons are for. */
  #targets = new Float64Array(1);

  /** The payloads are of this forecast until the next one is set. */
  set(forecast: BorrowedForecast, { step, valid }: Settings): void {
    const { numbers: exact, horizons } = forecast;
    const row = this.#row;
    row.stream = forecast.stream;
    row.late = forecast.late;
    row.anomaly = forecast.anomaly;
    row.state = forecast.state;
    row.source = forecast.source;
    row.setHorizons(horizons);
    const { numbers } = row;
    numbers[AT] = exact[AT];
    numbers[VALUE] = exact[VALUE];
    numbers[SAMPLES] = exact[SAMPLES];
    this.#grain.set(forecast, valid);
    this.#grain.round(exact, EXPECTED, numbers, EXPECTED);
    for (let k = 0; k < horizons.length; k++) {
      const place = HORIZONS + BOUNDS * k;
      this.#grain.round(exact, place, numbers, place);
    }
    for (let i = 0; i < RATIOS.length; i++) roundRatio(exact, numbers, RATIOS[i]);
    if (this.#targets.length < horizons.length) this.#targets = new Float64Array(horizons.length);
    writeTargetTimes(forecast, step, this.#targets);
  }

  /** JSON of `<base>/<stream>/anomaly`: its start, and its end with the same id. */
  anomaly(id: string): string {
    const { anomaly, at, late, numbers } = this.#row;
    return JSON.stringify({
      id,
      phase: anomaly ? 'start' : 'end',
      ts: toIsoTime(at),
      ...(late && { late }),
      // JSON has no NaN: it becomes null.
      score: numbers[SCORE],
      y: numbers[VALUE],
      yhat: numbers[EXPECTED + MEAN],
      yhat_lower: numbers[EXPECTED + LOWER],
      yhat_upper: numbers[EXPECTED + UPPER],
    });
  }

  #write(out: OutputBytes, write: (json: JsonWriter, row: ForecastRow, targets: Float64Array) => void): void {
    this.#json.begin(out);
    write(this.#json, this.#row, this.#targets);
    this.#json.end();
  }
}

function writeState(json: JsonWriter, row: ForecastRow, targets: Float64Array): void {
  const { numbers, horizons } = row;
  json.raw('{"ts":');
  json.time(numbers, AT);
  json.raw(row.late ? ',"late":true,"y":' : ',"y":');
  json.number(numbers, VALUE);
  writeBounds(json, ',"yhat":', numbers, EXPECTED);
  json.raw(',"anomaly_score":');
  json.number(numbers, SCORE);
  json.raw(row.anomaly ? ',"anomaly":true,"forecast_at":{' : ',"anomaly":false,"forecast_at":{');
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '"' : ',"');
    json.raw(horizons[k].label);
    json.raw('":{"at":');
    json.time(targets, k);
    writeBounds(json, ',"yhat":', numbers, HORIZONS + BOUNDS * k);
    json.raw('}');
  }
  json.raw('},"state":"');
  json.raw(row.state);
  json.raw('","source":"');
  json.raw(row.source);
  json.raw('","skill":');
  json.number(numbers, SKILL);
  json.raw(',"coverage":');
  json.number(numbers, COVERAGE);
  json.raw(',"n":');
  json.number(numbers, SAMPLES);
  json.raw('}');
}

function writeColumns(json: JsonWriter, { numbers, horizons }: ForecastRow, targets: Float64Array): void {
  const end = HORIZONS + BOUNDS * horizons.length;
  json.raw('{"ts":');
  json.time(numbers, AT);
  json.raw(',"horizon":[');
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '"' : ',"');
    json.raw(horizons[k].label);
    json.raw('"');
  }
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '],"at":[' : ',');
    json.time(targets, k);
  }
  writeColumn(json, '],"yhat":[', numbers, HORIZONS + MEAN, end);
  writeColumn(json, '],"yhat_lower":[', numbers, HORIZONS + LOWER, end);
  writeColumn(json, '],"yhat_upper":[', numbers, HORIZONS + UPPER, end);
  json.raw(']}');
}

function writeBounds(json: JsonWriter, start: string, numbers: Float64Array, place: number): void {
  json.raw(start);
  json.number(numbers, place + MEAN);
  json.raw(',"yhat_lower":');
  json.number(numbers, place + LOWER);
  json.raw(',"yhat_upper":');
  json.number(numbers, place + UPPER);
}

function writeColumn(json: JsonWriter, start: string, numbers: Float64Array, first: number, end: number): void {
  json.raw(start);
  for (let place = first; place < end; place += BOUNDS) {
    if (place > first) json.raw(',');
    json.number(numbers, place);
  }
}

/** Scores, skills and shares: four decimals. */
function roundRatio(exact: Float64Array, rounded: Float64Array, place: number): void {
  const value = exact[place];
  // From 2^53 on there are no decimals, and the product could overflow.
  rounded[place] = Math.abs(value) < Number.MAX_SAFE_INTEGER ? Math.round(value * 1e4) / 1e4 : value;
}
