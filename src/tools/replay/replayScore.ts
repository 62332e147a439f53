import type { ExpertName } from '../../domain/expertName.ts';
import type { Forecast } from '../../domain/forecast.ts';

/** Figures of one horizon over a whole replay. */
export interface HorizonScore {
  readonly horizon: string;
  /** Forecasts whose reading came. */
  readonly forecasts: number;
  /** Mean absolute error in the sensor's unit; null while nothing was scored. */
  readonly mae: number | null;
  /** Root of the mean squared error, in the sensor's unit. */
  readonly rmse: number | null;
  readonly maeLastValue: number | null;
  /** 1 − MAE / MAE of the last value, over the whole file. */
  readonly gainOverLastValue: number | null;
  /** Share of the readings inside their interval. */
  readonly coverage: number | null;
  /** Mean width of the interval, in the sensor's unit. */
  readonly width: number | null;
  /** Mean absolute error of each expert alone, as the mixture scores it. Empty where it is not told. */
  readonly experts: readonly ExpertScore[];
}

interface ExpertScore {
  readonly expert: ExpertName;
  /** A baseline runs always, and has no network. */
  readonly isBaseline: boolean;
  readonly mae: number | null;
}

/** Forecasts of the experts for the last row, for each horizon, smallest first. */
export interface ExpertAnswers {
  readonly experts: readonly { readonly name: ExpertName; readonly isBaseline: boolean }[];
  readonly matured: readonly Float64Array[];
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

  add(forecast: Forecast, answers?: ExpertAnswers): void {
    for (const [k, issued] of forecast.horizons.entries()) {
      const { label, steps } = issued.horizon;
      let track = this.#tracks.get(label);
      if (track === undefined) {
        track = new Track(steps);
        this.#tracks.set(label, track);
      }
      const { mean, lower, upper } = issued;
      track.add(forecast.value, forecast.value === null ? null : { mean, lower, upper, value: forecast.value });
      if (answers !== undefined) track.addExperts(forecast.value, answers.experts, answers.matured[k]);
    }
  }

  scores(): readonly HorizonScore[] {
    return [...this.#tracks].map(([horizon, track]) => track.score(horizon));
  }
}

interface ExpertTally {
  readonly expert: ExpertName;
  readonly isBaseline: boolean;
  error: number;
  count: number;
}

class Track {
  readonly #steps: number;
  readonly #waiting: (Pending | null)[] = [];
  #forecasts = 0;
  #error = 0;
  #squares = 0;
  #lastValueError = 0;
  #intervals = 0;
  #inside = 0;
  #width = 0;
  #experts: ExpertTally[] = [];

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
    this.#squares += (due.mean - value) ** 2;
    this.#lastValueError += Math.abs(due.value - value);
    if (due.lower === null || due.upper === null) return;
    this.#intervals++;
    this.#width += due.upper - due.lower;
    if (value >= due.lower && value <= due.upper) this.#inside++;
  }

  addExperts(value: number | null, experts: ExpertAnswers['experts'], forecasts: Float64Array | undefined): void {
    if (this.#experts.length === 0)
      this.#experts = experts.map(({ name, isBaseline }) => ({ expert: name, isBaseline, error: 0, count: 0 }));
    if (value === null) return;
    for (const [i, tally] of this.#experts.entries()) {
      const error = Math.abs((forecasts?.[i] ?? Number.NaN) - value);
      if (Number.isNaN(error)) continue;
      tally.error += error;
      tally.count++;
    }
  }

  score(horizon: string): HorizonScore {
    const isScored = this.#forecasts > 0;
    return {
      horizon,
      forecasts: this.#forecasts,
      mae: isScored ? this.#error / this.#forecasts : null,
      rmse: isScored ? Math.sqrt(this.#squares / this.#forecasts) : null,
      maeLastValue: isScored ? this.#lastValueError / this.#forecasts : null,
      gainOverLastValue:
        isScored && this.#lastValueError > 0 ? 1 - this.#error / this.#lastValueError : isScored ? 0 : null,
      coverage: this.#intervals > 0 ? this.#inside / this.#intervals : null,
      width: this.#intervals > 0 ? this.#width / this.#intervals : null,
      experts: this.#experts.map(({ expert, isBaseline, error, count }) => ({
        expert,
        isBaseline,
        mae: count > 0 ? error / count : null,
      })),
    };
  }
}
