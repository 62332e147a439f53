import type { Forecast } from '../../../domain/forecast.ts';
import { ROW_MS } from '../inOrder.ts';
import { drawPlot } from './drawPlot.ts';
import { PLOT_WIDTH, type PlotAlarm, type PlotBucket } from './plotParts.ts';

export interface SeriesPlotOptions {
  readonly title: string;
  /** undefined: rows are a minute apart. */
  readonly times: { readonly oldest: number; readonly newest: number } | undefined;
  /** Rows of the file. */
  readonly rows: number;
}

const MOST_ALARMS = 500;
/** Differences of two numbers are finite up to here. */
const LARGEST = 1e150;

/** Collects what a picture of a replay shows, in bounded memory: readings, the interval that was expected for each, alarms. */
export class SeriesPlot {
  readonly #options: SeriesPlotOptions;
  readonly #oldest: number;
  readonly #newest: number;
  readonly #buckets: (PlotBucket | undefined)[] = [];
  readonly #alarms: PlotAlarm[] = [];
  #wasAnomaly = false;

  constructor(options: SeriesPlotOptions) {
    const { times, rows } = options;
    this.#options = options;
    this.#oldest = times?.oldest ?? ROW_MS;
    this.#newest = Math.max(times?.newest ?? rows * ROW_MS, this.#oldest + 1);
  }

  add({ at, value: reading, expected, anomaly, anomalyScore }: Forecast): void {
    const value = reading === null ? null : drawable(reading);
    if (anomaly && !this.#wasAnomaly && this.#alarms.length < MOST_ALARMS)
      this.#alarms.push({ at, value: value ?? Number.NaN });
    this.#wasAnomaly = anomaly;
    if (value === null) return;
    const share = (at - this.#oldest) / (this.#newest - this.#oldest);
    const place = Math.min(Math.max(Math.floor(share * PLOT_WIDTH), 0), PLOT_WIDTH - 1);
    const bucket = this.#buckets[place] ?? newBucket(at);
    this.#buckets[place] = bucket;
    bucket.low = Math.min(bucket.low, value);
    bucket.high = Math.max(bucket.high, value);
    if (anomalyScore !== null && !(anomalyScore <= bucket.score)) bucket.score = anomalyScore;
    if (expected === null || expected.lower === null || expected.upper === null) return;
    bucket.bounds++;
    bucket.lower = mean(bucket.lower, drawable(expected.lower), bucket.bounds);
    bucket.upper = mean(bucket.upper, drawable(expected.upper), bucket.bounds);
  }

  /** The picture, an SVG of 1200 × 560 pixels. */
  render(): string {
    const buckets = this.#buckets.filter((bucket) => bucket !== undefined);
    const { title, times } = this.#options;
    return drawPlot({
      title,
      hasTimes: times !== undefined,
      oldest: this.#oldest,
      newest: this.#newest,
      buckets,
      alarms: this.#alarms,
    });
  }
}

function drawable(value: number): number {
  return Math.min(Math.max(value, -LARGEST), LARGEST);
}

function newBucket(at: number): PlotBucket {
  return {
    at,
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
    lower: Number.NaN,
    upper: Number.NaN,
    bounds: 0,
    score: Number.NaN,
  };
}

/** The mean of so far, with one more. @param count with the new one */
function mean(before: number, value: number, count: number): number {
  return count === 1 ? value : before + (value - before) / count;
}
