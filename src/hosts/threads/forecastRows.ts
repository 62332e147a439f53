import { EXPERT_NAMES, type ExpertName } from '../../domain/expertName.ts';
import {
  type Expectation,
  type Forecast,
  type HorizonForecast,
  LEARNER_STATES,
  type LearnerState,
} from '../../domain/forecast.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Horizon } from '../../domain/streamSettings.ts';
import { type DurationMs, toDurationMs, toEpochMs } from '../../domain/time.ts';
import { classWidth, decodeClasses, encodeClasses } from './classRows.ts';

/**
 * Forecasts on their way back: per forecast [stream index, at, value, flags, expected mean, lower, upper, anomalyScore,
 * state, source, skill, coverage, samples, resolution, cadence, K], then [mean, lower, upper] of each of its K horizons,
 * smallest first, then its class (classRows.ts) where it has one. A number that may be missing is NaN where it is; state and source are places in the domain's lists.
 */
const FIXED_WIDTH = 16;
const HORIZON_WIDTH = 3;
const IS_ANOMALY = 1;
const HAS_EXPECTED = 2;
const IS_LATE = 4;
const HAS_CLASS = 8;

/** Knowledge of the receiver about a stream, which the rows therefore leave out. */
export interface KnownStream {
  readonly id: StreamId;
  /** Smallest first. */
  readonly horizons: readonly Horizon[];
}

/** @param heading numbers that stand before the rows */
export function encodeForecasts(
  forecasts: readonly Forecast[],
  indexOf: (stream: StreamId) => number,
  heading: readonly number[],
): Float64Array {
  let length = heading.length;
  for (const { horizons, classAnswer } of forecasts) {
    length += FIXED_WIDTH + HORIZON_WIDTH * horizons.length + classWidth(classAnswer);
  }
  const rows = new Float64Array(length);
  rows.set(heading);
  let place = heading.length;
  for (const forecast of forecasts) place = encode(forecast, indexOf(forecast.stream), rows, place);
  return rows;
}

/** @returns the place after it */
function encode(forecast: Forecast, index: number, rows: Float64Array, start: number): number {
  const { expected, horizons, classAnswer } = forecast;
  let place = start;
  rows[place++] = index;
  rows[place++] = forecast.at;
  rows[place++] = forecast.value ?? Number.NaN;
  rows[place++] = flagsOf(forecast);
  rows[place++] = expected?.mean ?? Number.NaN;
  rows[place++] = expected?.lower ?? Number.NaN;
  rows[place++] = expected?.upper ?? Number.NaN;
  rows[place++] = forecast.anomalyScore ?? Number.NaN;
  rows[place++] = LEARNER_STATES.indexOf(forecast.state);
  rows[place++] = EXPERT_NAMES.indexOf(forecast.source);
  rows[place++] = forecast.skill ?? Number.NaN;
  rows[place++] = forecast.coverage ?? Number.NaN;
  rows[place++] = forecast.samples;
  rows[place++] = forecast.resolution;
  rows[place++] = forecast.cadence ?? Number.NaN;
  rows[place++] = horizons.length;
  for (const { mean, lower, upper } of horizons) {
    rows[place++] = mean;
    rows[place++] = lower ?? Number.NaN;
    rows[place++] = upper ?? Number.NaN;
  }
  return classAnswer === undefined ? place : encodeClasses(classAnswer, rows, place);
}

function flagsOf({ anomaly, expected, late, classAnswer }: Forecast): number {
  return (
    (anomaly ? IS_ANOMALY : 0) |
    (expected === null ? 0 : HAS_EXPECTED) |
    (late ? IS_LATE : 0) |
    (classAnswer === undefined ? 0 : HAS_CLASS)
  );
}

/** @throws RangeError for rows that cannot have come from `encodeForecasts` */
export function decodeForecasts(
  rows: Float64Array,
  start: number,
  streamOf: (index: number) => KnownStream | undefined,
): Forecast[] {
  const forecasts: Forecast[] = [];
  for (let place = start; place < rows.length; ) {
    const stream = streamOf(rows[place] as number);
    const count = rows[place + FIXED_WIDTH - 1] as number;
    const end = place + FIXED_WIDTH + HORIZON_WIDTH * count;
    if (stream === undefined || !(count >= 0 && count <= stream.horizons.length) || end > rows.length)
      throw new RangeError(`not a row of a forecast: stream ${rows[place]}, ${count} horizons`);
    const forecast = decode(rows, place, stream, count);
    const hasClass = ((rows[place + 3] as number) & HAS_CLASS) !== 0;
    const found = hasClass ? decodeClasses(rows, end) : undefined;
    forecasts.push(found === undefined ? forecast : { ...forecast, classAnswer: found.answer });
    place = found?.end ?? end;
  }
  return forecasts;
}

function decode(rows: Float64Array, start: number, { id, horizons }: KnownStream, count: number): Forecast {
  const flags = rows[start + 3] as number;
  return {
    stream: id,
    at: toEpochMs(rows[start + 1] as number),
    ...((flags & IS_LATE) !== 0 && { late: true }),
    value: toNullable(rows[start + 2] as number),
    expected: (flags & HAS_EXPECTED) === 0 ? null : decodeExpectation(rows, start + 4),
    horizons: decodeHorizons(rows, start + FIXED_WIDTH, horizons, count),
    anomalyScore: toNullable(rows[start + 7] as number),
    anomaly: (flags & IS_ANOMALY) !== 0,
    state: LEARNER_STATES[rows[start + 8] as number] as LearnerState,
    source: EXPERT_NAMES[rows[start + 9] as number] as ExpertName,
    skill: toNullable(rows[start + 10] as number),
    coverage: toNullable(rows[start + 11] as number),
    samples: rows[start + 12] as number,
    resolution: rows[start + 13] as number,
    cadence: toCadence(rows[start + 14] as number),
  };
}

function decodeExpectation(rows: Float64Array, place: number): Expectation {
  return {
    mean: rows[place] as number,
    lower: toNullable(rows[place + 1] as number),
    upper: toNullable(rows[place + 2] as number),
  };
}

function decodeHorizons(
  rows: Float64Array,
  start: number,
  horizons: readonly Horizon[],
  count: number,
): readonly HorizonForecast[] {
  const decoded: HorizonForecast[] = [];
  for (let k = 0; k < count; k++) {
    const place = start + HORIZON_WIDTH * k;
    decoded.push({
      horizon: horizons[k] as Horizon,
      mean: rows[place] as number,
      lower: toNullable(rows[place + 1] as number),
      upper: toNullable(rows[place + 2] as number),
    });
  }
  return decoded;
}

function toNullable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function toCadence(interval: number): DurationMs | null {
  return Number.isNaN(interval) ? null : toDurationMs(interval);
}
