import { createRandom } from '../../../src/tools/demo/sensors/random.ts';
import { createRecallSeries, RECALL_INPUTS } from '../../../src/tools/memoryStudy/recallTask.ts';
import { runClasses } from './classRun.ts';
import type { ClassSeries, ToldLabel } from './classSeries.ts';

const ROWS = 100_000;
const NOISE = 0.1;
const LONG = 50;
const LONGEST = 60;

/** Share of right answers at lags of 50 and more in the last quarter: which cue it was is asked, and told one row later. */
export function recallAccuracy(seed: number, cell: 'lstm' | 'rnn'): number {
  const { x, trials } = createRecallSeries(ROWS, seed);
  const random = createRandom(seed);
  // Noise on all of them: without it the rows since the last jump of an input, which the learner is given, would tell the cue.
  const rows = Array.from({ length: ROWS }, (_, row) =>
    Array.from(x.subarray(row * RECALL_INPUTS, (row + 1) * RECALL_INPUTS), (value) => value + NOISE * random.normal()),
  );
  const series: ClassSeries = {
    classes: ['a', 'b'],
    every: 1000,
    rows,
    truth: new Uint8Array(ROWS),
    parts: new Uint32Array(ROWS),
  };
  const labels: ToldLabel[] = trials.map(({ goAt, cue }) => ({ row: goAt, label: cue, toldAt: goAt + 1 }));
  const { answers } = runClasses(series, labels, { seed, cell, classify: { longestLag: LONGEST } });
  const asked = trials.filter(({ goAt, cueAt }) => goAt >= 0.75 * ROWS && goAt - cueAt >= LONG);
  return asked.filter(({ goAt, cue }) => answers[goAt] === cue).length / asked.length;
}
