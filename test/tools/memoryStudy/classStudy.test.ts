import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ClassStudyOptions,
  type ClassStudyReport,
  type JudgeScore,
  runClassStudy,
} from '../../../src/tools/memoryStudy/classStudy.ts';

const never = new AbortController().signal;
const study = (options: Partial<ClassStudyOptions>): Promise<ClassStudyReport> =>
  runClassStudy({ rows: 1000, seed: 1, judges: [], stop: never, ...options });

const readme = readFileSync(new URL('../../../src/learner/README.md', import.meta.url), 'utf8');

/** Figures of a judge in the README, of the first table or of the second. */
function figuresOf({ judge, mode }: JudgeScore, table: number): readonly string[] {
  const name = mode === 'online' ? judge : `${judge}, ${mode}`;
  const lines = [...readme.matchAll(new RegExp(`^${name} {2,}(.*)$`, 'gm'))];
  return lines[table]?.[1]?.split(/ +/) ?? [];
}

const accuracies = ({ groups }: JudgeScore): number[] => groups.map(({ accuracy }) => accuracy ?? Number.NaN);

/** Half of the README's rows: enough to learn both, a few seconds of a processor. */
describe('54,000 rows online', () => {
  it('the LSTM knows the class over each lag by its state; plain network and judges without memory guess; as the README has it', async () => {
    const { tasks, isComplete } = await study({
      rows: 54_000,
      judges: ['newest label', 'logistic regression', 'rnn', 'lstm'],
    });

    expect(isComplete).toBe(true);
    expect(tasks.map(({ task }) => task)).toEqual(['recall', 'film']);
    tasks.forEach(({ scores }, table) => {
      const mostGuessed = table === 0 ? 0.7 : 0.5;
      for (const score of scores) {
        const isKnown = score.judge === 'lstm' && score.mode !== 'frozen, state wiped';
        if (isKnown) expect(Math.min(...accuracies(score))).toBeGreaterThan(0.9);
        else expect(Math.max(...accuracies(score))).toBeLessThan(mostGuessed);
        const figures = figuresOf(score, table);
        expect(figures).toHaveLength(5);
        accuracies(score).forEach((accuracy, g) => {
          expect(Math.abs(Number(figures[g]) - accuracy)).toBeLessThan(isKnown ? 0.1 : 0.2);
        });
        if (score.mode !== 'online') expect(figures[4]).toBe('-');
        else if (score.judge !== 'lstm') expect([figures[4], score.learnedAt]).toEqual(['never', null]);
        // Of the film the beginning is the same however long it is.
        else if (table === 1) expect(Math.abs(Number(figures[4]) / (score.learnedAt ?? 0) - 1)).toBeLessThan(0.3);
      }
    });
  });
});

it('gives the same numbers every time, and others for another seed', async () => {
  const run = (seed: number): Promise<ClassStudyReport> =>
    study({ rows: 1000, seed, judges: ['logistic regression', 'lstm'] });
  const first = await run(4);
  expect(await run(4)).toEqual(first);
  expect((await run(5)).tasks).not.toEqual(first.tasks);
});

it('stops between two slices and says that it is not complete', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const report = await study({
    rows: 3000,
    judges: ['newest label', 'rnn'],
    stop: stop.signal,
    onProgress: (task, judge, row) => {
      seen.push(`${task} ${judge} ${row}`);
      if (judge === 'rnn' && row === 1000) stop.abort();
    },
  });
  expect(report.isComplete).toBe(false);
  expect(report.tasks.map(({ task, scores }) => [task, scores.map(({ judge }) => judge)])).toEqual([
    ['recall', ['newest label']],
  ]);
  expect(seen).toEqual(['recall newest label 1000', 'recall newest label 2000', 'recall rnn 1000']);
});
