import type { ModelSettings } from '../domain/streamSettings.ts';
import type { Kernel, LinearModel, LinearOptions } from '../kernel/kernel.ts';
import { requireAll } from '../model/checkNetState.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { ChangeScale } from './changeScale.ts';
import { clip } from './exponential.ts';
import { buildLinearFeatures, linearFeatureCount, RECENT_FEATURES } from './linearFeatures.ts';
import type { Row } from './row.ts';
import type { Seasons } from './seasons.ts';

/** Rows count for about 5000 rows. 0.999 follows a changed world sooner, but overfits noisy series; below 0.998 it blows up. */
const OPTIONS: LinearOptions = { forgetting: 0.9998, errorBound: 5, gainBound: 1.1e4 };
/** P at the beginning, in place of 1: as if fifty rows without change had been seen. Else the first days run wild. */
const FIRST_GAIN = 0.02;
/** First gain of the calendar and the features after it: until a day has come round, the clock looks like a trend. */
const FIRST_SLOW_GAIN = 0.005;
/** A feature that stands still (a day that does not fit into the history) would let its part of P grow without end. */
const LARGEST_GAIN = 10;
const ROWS_BETWEEN_LOOKS = 500;
const OUTPUT_BOUND = 8;

/**
 * A seasonal autoregression, with what the other fields of the message say, for each horizon on its own, by recursive least squares: target (v_{t+h} − v_t)/s_h, learned
 * when it arrives with the features that held when the forecast was made.
 */
export class LinearForecast implements Stateful {
  readonly #models: readonly LinearModel[];
  readonly #errors: readonly ChangeScale[];
  readonly #inputs: ModelSettings['inputs'];
  readonly #horizons: readonly number[];
  readonly #seasons: Seasons;
  readonly #size: number;
  /** Per horizon a ring (h, n + 2): features, scale and forecast of the rows whose target is still to come. */
  readonly #pending: readonly Float64Array[];
  readonly #f: Float64Array;
  #rows = 0;
  /** (K): forecasts in the sensor's unit, and the root mean square of their errors. */
  readonly mean: Float64Array;
  readonly errorScale: Float64Array;

  /** @param exogenous how many other fields of the message come along */
  constructor(
    kernel: Kernel,
    inputs: ModelSettings['inputs'],
    horizons: readonly number[],
    seasons: Seasons,
    exogenous = 0,
  ) {
    this.#inputs = inputs;
    this.#horizons = horizons;
    this.#seasons = seasons;
    this.#size = linearFeatureCount(inputs, exogenous);
    this.#models = horizons.map(() => createModel(kernel, this.#size));
    this.#errors = horizons.map((steps) => new ChangeScale(steps));
    this.#pending = horizons.map((steps) => new Float64Array(steps * (this.#size + 2)));
    this.#f = new Float64Array(this.#size);
    this.mean = new Float64Array(horizons.length);
    this.errorScale = new Float64Array(horizons.length);
  }

  /** Learns from the targets that this row brings, then forecasts from it. */
  update(row: Row): void {
    for (let k = 0; k < this.#horizons.length; k++) {
      if (row.isReading && this.#rows >= this.#horizons[k]) this.#learn(row, k);
      this.#forecast(row, k);
    }
    this.#rows++;
    if (this.#rows % ROWS_BETWEEN_LOOKS === 0) for (const model of this.#models) tame(model);
  }

  /** The level has moved: so have the forecasts whose target is still to come. Their features and scales are of changes. */
  move(shift: number): void {
    for (const pending of this.#pending) {
      for (let at = this.#size + 1; at < pending.length; at += this.#size + 2) {
        pending[at] = pending[at] + shift;
      }
    }
  }

  #learn(row: Row, k: number): void {
    const steps = this.#horizons[k];
    const pending = this.#pending[k];
    const from = (this.#rows % steps) * (this.#size + 2);
    for (let i = 0; i < this.#size; i++) this.#f[i] = pending[from + i];
    const scale = pending[from + this.#size];
    const change = row.value - row.history.ago(steps);
    this.#models[k].update(this.#f, change / scale, OPTIONS);
    const error = row.value - pending[from + this.#size + 1];
    this.#errors[k].update(error, row.scaleFloor);
  }

  #forecast(row: Row, k: number): void {
    const steps = this.#horizons[k];
    const scale = row.scales[k];
    buildLinearFeatures(this.#f, row, this.#seasons, this.#inputs, k);
    const y = clip(this.#models[k].predict(this.#f), OUTPUT_BOUND);
    const mean = row.value + y * scale;
    this.mean[k] = mean;
    this.errorScale[k] = this.#errors[k].scale(row.scaleFloor);
    const pending = this.#pending[k];
    const at = (this.#rows % steps) * (this.#size + 2);
    pending.set(this.#f, at);
    pending[at + this.#size] = scale;
    pending[at + this.#size + 1] = mean;
  }

  exchange(io: StateIo): void {
    this.#models.forEach((model, k) => {
      exchangeModel(io.within(`model${k}`), model);
    });
    this.#errors.forEach((error, k) => {
      error.exchange(io.within(`error${k}`));
    });
    this.#pending.forEach((pending, k) => {
      io.array(`pending${k}`, pending);
    });
    io.array('mean', this.mean);
    io.array('errorScale', this.errorScale);
    this.#rows = io.number('rows', this.#rows);
  }

  free(): void {
    for (const model of this.#models) model.free();
  }
}

function firstGain(feature: number): number {
  return feature < RECENT_FEATURES ? FIRST_GAIN : FIRST_SLOW_GAIN;
}

function createModel(kernel: Kernel, size: number): LinearModel {
  const model = kernel.createLinearModel(size);
  const { weights, P } = model.save();
  for (let i = 0; i < size; i++) P[i * size + i] = firstGain(i);
  model.load({ weights, P });
  return model;
}

/**
 * Lets each feature whose gain has grown too large begin anew, its weight kept. The kernel's own bound halves all of P: in a
 * year of such halvings the features that do move would hardly be learned any more.
 */
function tame(model: LinearModel): void {
  const { weights, P } = model.save();
  const n = weights.length;
  let isTamed = false;
  for (let i = 0; i < n; i++) {
    if (P[i * n + i] <= LARGEST_GAIN) continue;
    for (let j = 0; j < n; j++) {
      P[i * n + j] = 0;
      P[j * n + i] = 0;
    }
    P[i * n + i] = firstGain(i);
    isTamed = true;
  }
  if (isTamed) model.load({ weights, P });
}

/** P is symmetric to the bit: half of it is enough. */
function exchangeModel(io: StateIo, model: LinearModel): void {
  const { weights, P } = model.save();
  const n = weights.length;
  const upper = new Float64Array((n * (n + 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) for (let j = i; j < n; j++) upper[at++] = P[i * n + j];
  io.array('weights', weights);
  io.array('P', upper);
  if (!io.isRestoring) return;
  requireAll('weights', weights, Number.isFinite);
  requireAll('P', upper, Number.isFinite);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = i; j < n; j++, at++) {
      P[i * n + j] = upper[at];
      P[j * n + i] = upper[at];
    }
  }
  model.load({ weights, P });
}
