import { recallAsClasses } from '../../../src/tools/memoryStudy/classTask.ts';
import { runClasses } from './classRun.ts';
import { seriesOf, type ToldLabel } from './classSeries.ts';

const ROWS = 100_000;
const LONG = 50;

/** Share of right answers at lags of 50 and more in the last quarter: which cue it was is asked, and told one row later. */
export function recallAccuracy(seed: number, cell: 'lstm' | 'rnn'): number {
  const task = recallAsClasses(ROWS, seed);
  const { trials, longestLag } = task;
  const labels: ToldLabel[] = trials.map(({ goAt, label }) => ({ row: goAt, label, toldAt: goAt + 1 }));
  const { answers } = runClasses(seriesOf(task), labels, { seed, cell, classify: { longestLag } });
  const asked = trials.filter(({ goAt, cueAt }) => goAt >= 0.75 * ROWS && goAt - cueAt >= LONG);
  return asked.filter(({ goAt, label }) => answers[goAt] === label).length / asked.length;
}
