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
import { FixedText } from './fixedText.ts';
import { JsonWriter } from './jsonWriter.ts';

/** Settings of a stream that its payloads depend on. */
type Settings = Pick<StreamSettings, 'step' | 'valid'>;

/** Places within bounds. */
const [MEAN, LOWER, UPPER] = [0, 1, 2];
const RATIOS = [SCORE, SKILL, COVERAGE];

/** The texts between times, numbers and words. */
const TEXT = {
  ts: new FixedText('{"ts":'),
  y: new FixedText(',"y":'),
  lateY: new FixedText(',"late":true,"y":'),
  mean: new FixedText(',"yhat":'),
  lower: new FixedText(',"yhat_lower":'),
  upper: new FixedText(',"yhat_upper":'),
  score: new FixedText(',"anomaly_score":'),
  anomaly: new FixedText(',"anomaly":true,"forecast_at":{'),
  noAnomaly: new FixedText(',"anomaly":false,"forecast_at":{'),
  horizonAt: new FixedText('":{"at":'),
  state: new FixedText('},"state":"'),
  source: new FixedText('","source":"'),
  skill: new FixedText('","skill":'),
  coverage: new FixedText(',"coverage":'),
  samples: new FixedText(',"n":'),
  horizons: new FixedText(',"horizon":['),
  means: new FixedText('],"yhat":['),
  lowers: new FixedText('],"yhat_lower":['),
  uppers: new FixedText('],"yhat_upper":['),
};

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
  json.fixed(TEXT.ts);
  json.time(numbers, AT);
  json.fixed(row.late ? TEXT.lateY : TEXT.y);
  json.number(numbers, VALUE);
  writeBounds(json, numbers, EXPECTED);
  json.fixed(TEXT.score);
  json.number(numbers, SCORE);
  json.fixed(row.anomaly ? TEXT.anomaly : TEXT.noAnomaly);
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '"' : ',"');
    json.raw(horizons[k].label);
    json.fixed(TEXT.horizonAt);
    json.time(targets, k);
    writeBounds(json, numbers, HORIZONS + BOUNDS * k);
    json.raw('}');
  }
  json.fixed(TEXT.state);
  json.raw(row.state);
  json.fixed(TEXT.source);
  json.raw(row.source);
  json.fixed(TEXT.skill);
  json.number(numbers, SKILL);
  json.fixed(TEXT.coverage);
  json.number(numbers, COVERAGE);
  json.fixed(TEXT.samples);
  json.number(numbers, SAMPLES);
  json.raw('}');
}

function writeColumns(json: JsonWriter, { numbers, horizons }: ForecastRow, targets: Float64Array): void {
  const end = HORIZONS + BOUNDS * horizons.length;
  json.fixed(TEXT.ts);
  json.time(numbers, AT);
  json.fixed(TEXT.horizons);
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '"' : ',"');
    json.raw(horizons[k].label);
    json.raw('"');
  }
  for (let k = 0; k < horizons.length; k++) {
    json.raw(k === 0 ? '],"at":[' : ',');
    json.time(targets, k);
  }
  writeColumn(json, TEXT.means, numbers, HORIZONS + MEAN, end);
  writeColumn(json, TEXT.lowers, numbers, HORIZONS + LOWER, end);
  writeColumn(json, TEXT.uppers, numbers, HORIZONS + UPPER, end);
  json.raw(']}');
}

function writeBounds(json: JsonWriter, numbers: Float64Array, place: number): void {
  json.fixed(TEXT.mean);
  json.number(numbers, place + MEAN);
  json.fixed(TEXT.lower);
  json.number(numbers, place + LOWER);
  json.fixed(TEXT.upper);
  json.number(numbers, place + UPPER);
}

function writeColumn(json: JsonWriter, start: FixedText, numbers: Float64Array, first: number, end: number): void {
  json.fixed(start);
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
