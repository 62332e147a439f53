import { EXPERT_NAMES, type ExpertName } from '../../domain/expertName.ts';
import { type BorrowedForecast, LEARNER_STATES, type LearnerState } from '../../domain/forecast.ts';
import { BOUNDS, ForecastRow, HORIZONS } from '../../domain/forecastRow.ts';
import type { ForecastSink } from '../../domain/learnerHost.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Horizon } from '../../domain/streamSettings.ts';
import { classWidth, decodeClasses, encodeClasses } from './classRows.ts';

/**
 * Forecasts on their way back: per forecast [stream index, flags, state, source, K], then the numbers of a `ForecastRow` with K
 * horizons as they are, then its class (classRows.ts) where it has one. State and source are places in the domain's lists.
 */
const HEAD = 5;
const FIRST_ROWS = 64;
const IS_ANOMALY = 1;
const IS_LATE = 2;
const HAS_CLASS = 4;

/** Knowledge of the receiver about a stream, which the rows therefore leave out. */
export interface KnownStream {
  readonly id: StreamId;
  /** Smallest first. */
  readonly horizons: readonly Horizon[];
}

/** The forecasts of a batch one behind the other, until they are sent. */
export class ForecastRows {
  #rows = new Float64Array(FIRST_ROWS);
  #length = 0;
  readonly #heading: number;

  /** @param heading numbers that stand before the rows */
  constructor(heading: number) {
    this.#heading = heading;
    this.#length = heading;
  }

  /** @param index of the stream */
  add(forecast: BorrowedForecast, index: number): void {
    const { horizons, numbers, classAnswer } = forecast;
    const count = HORIZONS + BOUNDS * horizons.length;
    this.#reserve(HEAD + count + classWidth(classAnswer));
    const rows = this.#rows;
    let place = this.#length;
    rows[place++] = index;
    rows[place++] = flagsOf(forecast);
    rows[place++] = LEARNER_STATES.indexOf(forecast.state);
    rows[place++] = EXPERT_NAMES.indexOf(forecast.source);
    rows[place++] = horizons.length;
    for (let i = 0; i < count; i++) rows[place++] = numbers[i];
    this.#length = classAnswer === undefined ? place : encodeClasses(classAnswer, rows, place);
  }

  /** The rows since the last call, in an array of their own. @param heading as many numbers as were said */
  take(...heading: readonly number[]): Float64Array {
    const taken = this.#rows.slice(0, this.#length);
    taken.set(heading);
    this.#length = this.#heading;
    return taken;
  }

  #reserve(needed: number): void {
    if (this.#length + needed <= this.#rows.length) return;
    const larger = new Float64Array(Math.max(this.#length + needed, 2 * this.#rows.length));
    larger.set(this.#rows.subarray(0, this.#length));
    this.#rows = larger;
  }
}

/**
 * Gives the forecasts of a batch to the sink, lent one by one.
 * @param start length of the heading
 * @throws RangeError for rows that cannot have come from `ForecastRows`
 */
export function readForecasts(
  rows: Float64Array,
  start: number,
  streamOf: (index: number) => KnownStream | undefined,
  sink: ForecastSink,
): void {
  const forecast = new ForecastRow();
  for (let place = start; place < rows.length; ) {
    const stream = streamOf(rows[place]);
    const count = rows[place + HEAD - 1];
    const end = place + HEAD + HORIZONS + BOUNDS * count;
    if (stream === undefined || !(count >= 0 && count <= stream.horizons.length) || end > rows.length)
      throw new RangeError(`not a row of a forecast: stream ${rows[place]}, ${count} horizons`);
    read(rows, place, stream, count, forecast);
    place = readClass(rows, place, end, forecast);
    sink.take(forecast);
  }
  sink.endBatch();
}

function flagsOf({ anomaly, late, classAnswer }: BorrowedForecast): number {
  return (anomaly ? IS_ANOMALY : 0) | (late ? IS_LATE : 0) | (classAnswer === undefined ? 0 : HAS_CLASS);
}

/** @returns the place after it */
function readClass(rows: Float64Array, start: number, end: number, to: ForecastRow): number {
  to.classAnswer = undefined;
  if ((rows[start + 1] & HAS_CLASS) === 0) return end;
  const found = decodeClasses(rows, end);
  to.classAnswer = found.answer;
  return found.end;
}

function read(rows: Float64Array, start: number, { id, horizons }: KnownStream, count: number, to: ForecastRow): void {
  const flags = rows[start + 1];
  to.stream = id;
  to.anomaly = (flags & IS_ANOMALY) !== 0;
  to.late = (flags & IS_LATE) !== 0;
  to.state = LEARNER_STATES[rows[start + 2]] as LearnerState;
  to.source = EXPERT_NAMES[rows[start + 3]] as ExpertName;
  // Nearly always all of them or none.
  to.setHorizons(count === horizons.length ? horizons : horizons.slice(0, count));
  const length = HORIZONS + BOUNDS * count;
  for (let i = 0; i < length; i++) to.numbers[i] = rows[start + HEAD + i];
}
