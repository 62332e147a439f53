import type { ExpertName } from '../../src/domain/expertName.ts';
import type { LearnerSettings } from '../../src/domain/streamSettings.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { KERNELS, type KernelUnderTest } from '../support/kernels.ts';
import { gridTimes, MINUTE, toSteps } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

/** Forecasts of a learner while it lives through a series, one entry a row; NaN where it gives none. */
export interface Life {
  readonly values: readonly number[];
  /** Forecast issued right after the row for the next one. */
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Anomaly score of the row. */
  readonly score: Float64Array;
  readonly source: readonly ExpertName[];
}

/** The fastest that runs here and gives the same numbers everywhere. */
const KERNEL = (KERNELS.find(({ name }) => name === 'simd') ?? KERNELS[0]) as KernelUnderTest;
const ROW_MS = 5 * MINUTE;

/** A new learner with the settings that are shipped lives through the series, row by row. */
export function live(values: readonly number[], settings: LearnerSettings = makeSettings()): Life {
  const learner = new StreamLearner(KERNEL.create(), settings);
  const column = (): Float64Array => new Float64Array(values.length).fill(Number.NaN);
  const life = {
    values,
    mean: column(),
    lower: column(),
    upper: column(),
    score: column(),
    source: [] as ExpertName[],
  };
  toSteps(values, gridTimes(values.length, ROW_MS)).forEach((step, row) => {
    const { horizons, anomalyScore, source } = learner.step(step).toForecast();
    learner.learn();
    life.mean[row] = horizons[0]?.mean ?? Number.NaN;
    life.lower[row] = horizons[0]?.lower ?? Number.NaN;
    life.upper[row] = horizons[0]?.upper ?? Number.NaN;
    life.score[row] = anomalyScore ?? Number.NaN;
    life.source.push(source);
  });
  learner.free();
  return life;
}
