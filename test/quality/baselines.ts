import { filled, type Series } from './csvSeries.ts';
import { clamp, LeastSquares } from './leastSquares.ts';

/**
 * Forecasts that a user could make without a network, each row by row and never looking ahead: the last value, the value
 * a day or a week before the moment that is forecast, and linear models by recursive least squares on 12 lags (`ar`),
 * with the clock and the seasonal lags as well (`seasonalAr`). All in float64.
 */
export type BaselineName = 'lastValue' | 'day' | 'week' | 'ar' | 'seasonalAr';

export interface Seasons {
  /** Rows of a day and of a week; a season shorter than the horizon is not used. */
  readonly day?: number | undefined;
  readonly week?: number | undefined;
}

const LAGS = 12;
const OUTPUT_BOUND = 8;

/** Entry t of each is the forecast made after row t for row t + `steps`. */
export function forecastBaselines(
  series: Series,
  steps: number,
  seasons: Seasons,
): ReadonlyMap<BaselineName, Float64Array> {
  const values = filled(series.values);
  const result = new Map<BaselineName, Float64Array>([['lastValue', values]]);
  const usable = [seasons.day, seasons.week].map((rows) => (rows !== undefined && rows >= steps ? rows : undefined));
  const scale = changeScale(values, steps);
  const inputs = new Inputs(values, scale);
  result.set(
    'ar',
    regress(values, scale, steps, inputs.size, (row, into) => inputs.fill(row, into)),
  );
  const [day, week] = usable;
  if (day !== undefined) result.set('day', lagged(values, day - steps));
  if (week !== undefined) result.set('week', lagged(values, week - steps));
  const lags = usable.flatMap((rows) => (rows === undefined ? [] : [rows - steps, rows]));
  const { clock } = series;
  const size = inputs.size + (clock === undefined ? 0 : 7) + lags.length;
  const seasonal = regress(values, scale, steps, size, (row, into) => {
    let at = inputs.fill(row, into);
    if (clock !== undefined) at = fillCalendar(into, at, clock.timeOfDay[row] as number, clock.weekday[row] as number);
    for (const lag of lags) into[at++] = inputs.difference(row, lag);
  });
  return result.set('seasonalAr', seasonal);
}

/** Learns (v(t+h) − v(t))/s(t) from the features of row t as soon as row t + h is there. */
function regress(
  values: Float64Array,
  scale: Float64Array,
  steps: number,
  size: number,
  fill: (row: number, into: Float64Array) => void,
): Float64Array {
  const model = new LeastSquares(size);
  const features = new Float64Array(size);
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const past = row - steps;
    if (past >= 0) {
      fill(past, features);
      model.learn(features, ((values[row] as number) - (values[past] as number)) / (scale[past] as number));
    }
    fill(row, features);
    result[row] = (values[row] as number) + clamp(model.predict(features), OUTPUT_BOUND) * (scale[row] as number);
  }
  return result;
}

/** Bias, standardised level, and the differences to the last 12 values. */
class Inputs {
  readonly size: number = 2 + LAGS;
  readonly #values: Float64Array;
  readonly #scale: Float64Array;
  readonly #level: { readonly mean: Float64Array; readonly deviation: Float64Array };

  constructor(values: Float64Array, scale: Float64Array) {
    this.#values = values;
    this.#scale = scale;
    this.#level = trackLevel(values);
  }

  /** @returns where the next feature goes */
  fill(row: number, into: Float64Array): number {
    const { mean, deviation } = this.#level;
    into[0] = 1;
    into[1] = clamp(((this.#values[row] as number) - (mean[row] as number)) / (deviation[row] as number), 8);
    for (let lag = 1; lag <= LAGS; lag++) into[1 + lag] = this.difference(row, lag);
    return this.size;
  }

  /** To the value `lag` rows ago, in the scale of the change; 0 where there is none. */
  difference(row: number, lag: number): number {
    if (lag > row) return 0;
    const change = (this.#values[row - lag] as number) - (this.#values[row] as number);
    return clamp(change / (this.#scale[row] as number), 10);
  }
}

function fillCalendar(into: Float64Array, at: number, timeOfDay: number, weekday: number): number {
  const week = (weekday + timeOfDay) / 7;
  const angles = [timeOfDay, 2 * timeOfDay, week].map((turns) => 2 * Math.PI * turns);
  let next = at;
  for (const angle of angles) {
    into[next++] = Math.sin(angle);
    into[next++] = Math.cos(angle);
  }
  into[next++] = weekday >= 5 ? 1 : 0;
  return next;
}

/** The value `lag` rows ago, the present one where there is none. */
function lagged(values: Float64Array, lag: number): Float64Array {
  return values.map((value, row) => (row >= lag ? (values[row - lag] as number) : value));
}

/** Root of the mean square of the change over `steps` rows, over about the last 1,000 of those known by then. */
function changeScale(values: Float64Array, steps: number): Float64Array {
  const { deviation } = trackLevel(values);
  let square = 0;
  return values.map((value, row) => {
    const known = row - steps + 1;
    if (known > 0) {
      const change = value - (values[row - steps] as number);
      square += Math.max(1 / known, 1 / 1000) * (change * change - square);
    }
    return Math.max(square > 0 ? Math.sqrt(square) : (deviation[row] as number), 1e-9);
  });
}

/** Mean and deviation over about the last 2,000 rows. */
function trackLevel(values: Float64Array): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const mean = new Float64Array(values.length);
  const deviation = new Float64Array(values.length);
  let level = 0;
  let variance = 0;
  for (let row = 0; row < values.length; row++) {
    const share = Math.max(1 / (row + 1), 1 / 2000);
    const distance = (values[row] as number) - level;
    level += share * distance;
    variance = (1 - share) * (variance + share * distance * distance);
    mean[row] = level;
    deviation[row] = Math.max(variance > 0 && row > 0 ? Math.sqrt(variance) : Math.abs(level) || 1, 1e-9);
  }
  return { mean, deviation };
}
