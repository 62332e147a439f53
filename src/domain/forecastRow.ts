import type { ExpertName } from './expertName.ts';
import type {
  BorrowedForecast,
  ClassAnswer,
  Expectation,
  Forecast,
  HorizonForecast,
  LearnerState,
} from './forecast.ts';
import type { StreamId } from './streamId.ts';
import type { Horizon } from './streamSettings.ts';
import { type DurationMs, type EpochMs, toDurationMs, toEpochMs } from './time.ts';

/**
 * Places in `BorrowedForecast.numbers`. Bounds are [mean, lower, upper]: those of the expectation of this reading at `EXPECTED`,
 * those of horizon k at `HORIZONS + k · BOUNDS`. A number that is not known is NaN.
 */
export const AT = 0;
export const VALUE = 1;
export const EXPECTED = 2;
export const SCORE = 5;
export const SKILL = 6;
export const COVERAGE = 7;
export const SAMPLES = 8;
export const RESOLUTION = 9;
export const CADENCE = 10;
export const HORIZONS = 11;
export const BOUNDS = 3;

/** A stream has one horizon at least. */
const FIRST_NUMBERS = HORIZONS + BOUNDS;
const NO_STREAM = '' as StreamId;

/**
 * One forecast in numbers, written anew for each step: an object of its own for each, with one for each horizon and each number
 * in it, was an eighth of all that a message allocated. A reader gets it as a `BorrowedForecast` and copies what it keeps.
 */
export class ForecastRow implements BorrowedForecast {
  stream: StreamId = NO_STREAM;
  horizons: readonly Horizon[] = [];
  classAnswer: ClassAnswer | undefined = undefined;
  anomaly = false;
  late = false;
  state: LearnerState = 'starting';
  source: ExpertName = 'last_value';
  numbers: Float64Array = new Float64Array(FIRST_NUMBERS).fill(Number.NaN);

  get at(): EpochMs {
    return toEpochMs(this.numbers[AT]);
  }

  /** Makes room. @param horizons smallest first; none before the first reading */
  setHorizons(horizons: readonly Horizon[]): void {
    this.horizons = horizons;
    const length = HORIZONS + BOUNDS * horizons.length;
    if (length > this.numbers.length) this.numbers = new Float64Array(length).fill(Number.NaN);
  }

  copyFrom(other: BorrowedForecast): this {
    this.stream = other.stream;
    this.anomaly = other.anomaly;
    this.late = other.late;
    this.state = other.state;
    this.source = other.source;
    this.classAnswer = other.classAnswer;
    this.setHorizons(other.horizons);
    const length = HORIZONS + BOUNDS * other.horizons.length;
    for (let i = 0; i < length; i++) this.numbers[i] = other.numbers[i];
    return this;
  }

  /** The opposite of `toForecast`. */
  write(forecast: Forecast): this {
    const { expected, horizons } = forecast;
    this.stream = forecast.stream;
    this.anomaly = forecast.anomaly;
    this.late = forecast.late === true;
    this.state = forecast.state;
    this.source = forecast.source;
    this.classAnswer = forecast.classAnswer;
    this.setHorizons(horizons.map(({ horizon }) => horizon));
    const { numbers } = this;
    numbers[AT] = forecast.at;
    numbers[VALUE] = toNumber(forecast.value);
    writeBounds(numbers, EXPECTED, expected ?? UNKNOWN);
    numbers[SCORE] = toNumber(forecast.anomalyScore);
    numbers[SKILL] = toNumber(forecast.skill);
    numbers[COVERAGE] = toNumber(forecast.coverage);
    numbers[SAMPLES] = forecast.samples;
    numbers[RESOLUTION] = forecast.resolution;
    numbers[CADENCE] = toNumber(forecast.cadence);
    for (let k = 0; k < horizons.length; k++) writeBounds(numbers, HORIZONS + BOUNDS * k, horizons[k]);
    return this;
  }

  toForecast(): Forecast {
    const { numbers, late, horizons, classAnswer } = this;
    return {
      ...(classAnswer && { classAnswer }),
      stream: this.stream,
      at: this.at,
      ...(late && { late }),
      value: toNullable(numbers[VALUE]),
      expected: Number.isNaN(numbers[EXPECTED]) ? null : boundsAt(numbers, EXPECTED),
      horizons: horizons.map((horizon, k) => ({ horizon, ...boundsAt(numbers, HORIZONS + BOUNDS * k) })),
      anomalyScore: toNullable(numbers[SCORE]),
      anomaly: this.anomaly,
      state: this.state,
      source: this.source,
      skill: toNullable(numbers[SKILL]),
      coverage: toNullable(numbers[COVERAGE]),
      samples: numbers[SAMPLES],
      resolution: numbers[RESOLUTION],
      cadence: toCadence(numbers[CADENCE]),
    };
  }
}

const UNKNOWN: Expectation = { mean: Number.NaN, lower: null, upper: null };

function writeBounds(numbers: Float64Array, place: number, { mean, lower, upper }: Expectation): void {
  numbers[place] = mean;
  numbers[place + 1] = toNumber(lower);
  numbers[place + 2] = toNumber(upper);
}

function boundsAt(numbers: Float64Array, place: number): Omit<HorizonForecast, 'horizon'> {
  return {
    mean: numbers[place],
    lower: toNullable(numbers[place + 1]),
    upper: toNullable(numbers[place + 2]),
  };
}

function toNumber(value: number | null): number {
  return value ?? Number.NaN;
}

function toNullable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function toCadence(interval: number): DurationMs | null {
  return Number.isNaN(interval) ? null : toDurationMs(interval);
}
