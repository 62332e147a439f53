import type { ClassAnswer, Forecast } from '../../../src/domain/forecast.ts';
import type { ClassifySettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { CUE_CLASSES, type CueRow, labelAt } from '../../support/cueSeries.ts';
import { KERNELS } from '../../support/kernels.ts';
import { smallSettings } from '../../support/settings.ts';

/** Ten times as fast where it runs. */
export const fastKernel: Kernel = KERNELS.find(({ name }) => name === 'simd')?.create() ?? createPlainKernel();

export const CLASSIFY: ClassifySettings = {
  classes: CUE_CLASSES,
  delay: toDurationMs(3_600_000),
  longestLag: undefined,
  dwell: { rows: 1 },
};

/** A learner whose forecasts cost nothing. */
export function classLearner(
  change: Partial<ClassifySettings> = {},
  snapshot?: Uint8Array,
  kernel: Kernel = fastKernel,
): StreamLearner {
  return new StreamLearner(kernel, smallSettings({ classify: { ...CLASSIFY, ...change } }), snapshot);
}

export interface TaughtOptions {
  /** Rows until a label comes. */
  readonly delay?: number;
  /** Row at which the first row of the list stands, and from which on no label comes. */
  readonly until?: number;
  /** Only rows for which it is true are labelled. */
  readonly isTold?: (row: number) => boolean;
}

/** Lives through rows, each labelled some rows later. @returns the forecasts */
export function teach(learner: StreamLearner, rows: readonly CueRow[], options: TaughtOptions = {}): Forecast[] {
  const { delay = 0, until = Number.POSITIVE_INFINITY, isTold = () => true } = options;
  return rows.map(({ step }, row) => {
    const forecast = learner.step(step).toForecast();
    learner.learn();
    const told = rows[row - delay];
    if (told !== undefined && row < until && isTold(row - delay)) learner.instruct(labelAt(told.step.at, told.truth));
    return forecast;
  });
}

/** Share of right answers from a row on. */
export function accuracyOf(forecasts: readonly Forecast[], rows: readonly CueRow[], from: number): number {
  let right = 0;
  for (let row = from; row < rows.length; row++) {
    if (forecasts[row]?.classAnswer?.label === rows[row]?.truth) right++;
  }
  return right / (rows.length - from);
}

export function answersOf(forecasts: readonly Forecast[]): (ClassAnswer | undefined)[] {
  return forecasts.map(({ classAnswer }) => classAnswer);
}
