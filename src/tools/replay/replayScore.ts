import type { Forecast } from '../../domain/forecast.ts';

/** Figures of one horizon over a whole replay. */
export interface HorizonScore {
  readonly horizon: string;
  /** Forecasts whose reading came. */
  readonly forecasts: number;
  /** Mean absolute error in the sensor's unit; null while nothing was scored. */
  readonly mae: number | null;
  readonly maeLastValue: number | null;
  /** 1 − MAE / MAE of the last value, over the whole file. */
  readonly gainOverLastValue: number | null;
  /** Share of the readings inside their interval. */
  readonly coverage: number | null;
}

interface Pending {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly value: number;
}

/** Scores what a replay publishes, beside the learner: from its answers alone, each target only when it has arrived. */
export class ReplayScore {
  readonly #tracks = new Map<string, Track>();

  add(forecast: Forecast): void {
    for (const issued of forecast.horizons) {
      const { label, steps } = issued.horizon;
      let track = this.#tracks.get(label);
      if (track === undefined) {
        track = new Track(steps);
        this.#tracks.set(label, track);
      }
      const { mean, lower, upper } = issued;
      track.add(forecast.value, forecast.value === null ? null : { mean, lower, upper, value: forecast.value });
    }
  }

  scores(): readonly HorizonScore[] {
    return [...this.#tracks].map(([horizon, track]) => track.score(horizon));
  }
}

class Track {
  readonly #steps: number;
  readonly #waiting: (Pending | null)[] = [];
  #forecasts = 0;
  #error = 0;
  #lastValueError = 0;
  #intervals = 0;
  #inside = 0;

  constructor(steps: number) {
    this.#steps = steps;
  }

  add(value: number | null, issued: Pending | null): void {
    const due = this.#waiting.length === this.#steps ? this.#waiting.shift() : undefined;
    if (due && value !== null) this.#settle(due, value);
    this.#waiting.push(issued);
  }

  #settle(due: Pending, value: number): void {
    this.#forecasts++;
    this.#error += Math.abs(due.mean - value);
    this.#lastValueError += Math.abs(due.value - value);
    if (due.lower === null || due.upper === null) return;
    this.#intervals++;
    if (value >= due.lower && value <= due.upper) this.#inside++;
  }

  score(horizon: string): HorizonScore {
    const isScored = this.#forecasts > 0;
    return {
      horizon,
      forecasts: this.#forecasts,
      mae: isScored ? this.#error / this.#forecasts : null,
      maeLastValue: isScored ? this.#lastValueError / this.#forecasts : null,
      gainOverLastValue:
        isScored && this.#lastValueError > 0 ? 1 - this.#error / this.#lastValueError : isScored ? 0 : null,
      coverage: this.#intervals > 0 ? this.#inside / this.#intervals : null,
    };
  }
}
