/** Forecasts of a replay at one horizon: entry t of each was issued right after row t. NaN where there was none. */
export interface ForecastColumns {
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface Rows {
  /** First row whose forecast is scored. */
  readonly skip: number;
  /** First row whose forecast is not scored any more. */
  readonly end?: number | undefined;
}

export interface PointFigures {
  /** Scored rows, and rows that should have been but had no forecast. */
  readonly rows: number;
  readonly missing: number;
  readonly mae: number;
  readonly rmse: number;
  /** Σ|e| / Σ|y| of the rows that are scored. */
  readonly mape: number;
  /** RMSE over the standard deviation of the whole series. */
  readonly nrmse: number;
}

export interface IntervalFigures {
  /** Rows that should have an interval but have none. */
  readonly withoutInterval: number;
  /** Share of the targets inside; NaN where there is no interval. */
  readonly coverage: number;
  /** The same of the rows whose value differs from the one at the time of the forecast; 1 where none does. */
  readonly coverageChanged: number;
  /** Share of the rows where it does not differ. */
  readonly unchanged: number;
  /** Mean width, in the unit of the series and in mean absolute errors of the last value. */
  readonly width: number;
  readonly widthInPersistence: number;
}

/** The forecast of row t is for row t + `steps`. A target that is NaN is not scored. */
export function pointFigures(values: Float64Array, mean: Float64Array, steps: number, rows: Rows): PointFigures {
  let scored = 0;
  let missing = 0;
  let absolute = 0;
  let square = 0;
  let size = 0;
  for (const row of targetRows(values, steps, rows)) {
    const target = values[row + steps] as number;
    const error = (mean[row] as number) - target;
    if (!Number.isFinite(error)) {
      missing++;
      continue;
    }
    scored++;
    absolute += Math.abs(error);
    square += error * error;
    size += Math.abs(target);
  }
  const rmse = Math.sqrt(square / scored);
  const nrmse = rmse / deviationOfTargets(values, steps);
  return { rows: scored, missing, mae: absolute / scored, rmse, mape: absolute / size, nrmse };
}

export function intervalFigures(
  values: Float64Array,
  { lower, upper }: Pick<ForecastColumns, 'lower' | 'upper'>,
  steps: number,
  rows: Rows,
): IntervalFigures {
  let scored = 0;
  let withoutInterval = 0;
  let inside = 0;
  let changed = 0;
  let changedInside = 0;
  let width = 0;
  let lastValueError = 0;
  for (const row of targetRows(values, steps, rows)) {
    const [low, high] = [lower[row] as number, upper[row] as number];
    if (!Number.isFinite(high - low)) {
      withoutInterval++;
      continue;
    }
    const target = values[row + steps] as number;
    const isInside = target >= low && target <= high ? 1 : 0;
    const change = Math.abs(target - (values[row] as number));
    scored++;
    inside += isInside;
    if (change !== 0) {
      changed++;
      changedInside += isInside;
    }
    width += high - low;
    lastValueError += change;
  }
  return {
    withoutInterval,
    coverage: inside / scored,
    coverageChanged: changed > 0 ? changedInside / changed : 1,
    unchanged: 1 - changed / scored,
    width: width / scored,
    widthInPersistence: width / lastValueError,
  };
}

/** Rows whose forecast has a target. */
function* targetRows(values: Float64Array, steps: number, { skip, end }: Rows): Generator<number> {
  const last = Math.min(end ?? values.length, values.length - steps);
  for (let row = skip; row < last; row++) if (Number.isFinite(values[row + steps])) yield row;
}

/** Standard deviation of every value that is ever a target, scored or not. */
function deviationOfTargets(values: Float64Array, steps: number): number {
  const targets = values.subarray(steps).filter(Number.isFinite);
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  return Math.sqrt(targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length);
}
