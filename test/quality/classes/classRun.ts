import { streamSettings } from '../../../src/config/streamSettings.ts';
import { toStreamId } from '../../../src/domain/streamId.ts';
import type { ClassifySettings, ModelSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { createKernel } from '../../../src/hosts/createKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import type { ClassSeries, ToldLabel } from './classSeries.ts';

const STREAM = toStreamId('quality', undefined);
const START = Date.UTC(2024, 2, 4);
/** Forecasts and classes know nothing of each other: the forecaster is the smallest that there is. */
const SMALLEST: Partial<ModelSettings> = {
  replay: 0,
  experts: ['last_value'],
  inputs: { lags: 0, calendar: false, dayLag: false, weekLag: false, linear: false },
};

export interface ClassRunOptions {
  readonly seed: number;
  readonly cell?: ModelSettings['cell'];
  readonly classify?: Partial<ClassifySettings>;
  /** Called after each row. */
  readonly onRow?: (row: number) => void;
}

export interface ClassRun {
  /** (T) published class; −1 where there was none. */
  readonly answers: Int8Array;
  /** Share of the rows after the first label whose source that expert was. */
  readonly sources: ReadonlyMap<string, number>;
  readonly calibrationError: number;
  readonly dropped: number;
}

/** The stream lived through once: the answer for a row is given before any label that is told at it or after it. */
export function runClasses(series: ClassSeries, labels: readonly ToldLabel[], options: ClassRunOptions): ClassRun {
  const { classes, every, rows } = series;
  const { seed, cell = 'lstm', classify } = options;
  const defaults = streamSettings({});
  const longest = labels.reduce((most, { row, toldAt }) => Math.max(most, toldAt - row), 0);
  const settings = {
    ...defaults,
    exogenous: (rows[0] as readonly number[]).length - 1,
    model: { ...defaults.model, ...SMALLEST, cell, seed },
    classify: { classes, delay: toDurationMs(longest * every), longestLag: undefined, dwell: { rows: 0 }, ...classify },
  };
  const learner = new StreamLearner(createKernel(settings.model), settings);
  const answers = new Int8Array(rows.length).fill(-1);
  const sources = new Map<string, number>();
  let calibrationError = Number.NaN;
  let dropped = 0;
  let next = 0;
  rows.forEach(([value = Number.NaN, ...inputs], row) => {
    const at = toEpochMs(START + row * every);
    const { classAnswer } = learner.step({ stream: STREAM, at, zoneOffset: toDurationMs(0), value, inputs });
    if (classAnswer !== undefined) {
      answers[row] = classes.indexOf(classAnswer.label);
      sources.set(classAnswer.source, (sources.get(classAnswer.source) ?? 0) + 1);
      calibrationError = classAnswer.scores?.calibrationError ?? calibrationError;
    }
    learner.learn();
    for (let told = labels[next]; told !== undefined && told.toldAt <= row; told = labels[++next]) {
      const moment = toEpochMs(START + told.row * every);
      const label = classes[told.label] as string;
      const reason = learner.instruct({ kind: 'label', stream: STREAM, at, from: moment, to: moment, label });
      if (reason !== undefined) dropped++;
    }
    options.onRow?.(row);
  });
  learner.free();
  return { answers, sources, calibrationError, dropped };
}

/** Mean F1 over the classes that occur among the rows, and the share of right answers. A row without answer is wrong. */
export function scoreClasses(
  { truth, classes }: ClassSeries,
  answers: Int8Array,
  from: number,
): { readonly f1: number; readonly accuracy: number } {
  const [truths, said, hits] = [0, 0, 0].map(() => new Array<number>(classes.length).fill(0)) as [
    number[],
    number[],
    number[],
  ];
  for (let row = from; row < truth.length; row++) {
    const [right, answer] = [truth[row] as number, answers[row] as number];
    truths[right]!++;
    if (answer >= 0) said[answer]!++;
    if (answer === right) hits[right]!++;
  }
  const f1s = classes.flatMap((_, c) => (truths[c] === 0 ? [] : [(2 * hits[c]!) / (truths[c]! + said[c]!)]));
  return {
    f1: f1s.reduce((a, b) => a + b, 0) / f1s.length,
    accuracy: hits.reduce((a, b) => a + b, 0) / (truth.length - from),
  };
}
