import { type BaselineName, forecastBaselines, type Seasons } from './baselines.ts';
import { filled, type Series } from './csvSeries.ts';
import {
  type ForecastColumns,
  type IntervalFigures,
  intervalFigures,
  type PointFigures,
  pointFigures,
  type Rows,
} from './forecastMetrics.ts';

/** The baselines of one series at one horizon, on the rows on which the replays of it are scored. */
export interface Reference {
  readonly values: Float64Array;
  readonly steps: number;
  readonly rows: Rows;
  readonly baselines: ReadonlyMap<BaselineName, PointFigures>;
  /** The baseline whose MAE turned out least, which could not be known before. */
  readonly best: BaselineName;
  readonly bestMae: number;
  readonly bestRmse: number;
}

export interface Score extends PointFigures, IntervalFigures {
  readonly maeOverBest: number;
  readonly rmseOverBest: number;
}

export function referenceOf(series: Series, steps: number, seasons: Seasons, rows: Rows): Reference {
  const values = filled(series.values);
  const baselines = new Map(
    [...forecastBaselines(series, steps, seasons)].map(([name, mean]) => [
      name,
      pointFigures(values, mean, steps, rows),
    ]),
  );
  const [best, { mae: bestMae }] = [...baselines].reduce((a, b) => (b[1].mae < a[1].mae ? b : a));
  const bestRmse = Math.min(...[...baselines.values()].map(({ rmse }) => rmse));
  return { values, steps, rows, baselines, best, bestMae, bestRmse };
}

export function scoreReplay({ values, steps, rows, bestMae, bestRmse }: Reference, forecasts: ForecastColumns): Score {
  const point = pointFigures(values, forecasts.mean, steps, rows);
  const interval = intervalFigures(values, forecasts, steps, rows);
  return { ...point, ...interval, maeOverBest: ratio(point.mae, bestMae), rmseOverBest: ratio(point.rmse, bestRmse) };
}

/** Two errors of nothing are equally good. */
function ratio(error: number, best: number): number {
  return error === best ? 1 : error / best;
}
