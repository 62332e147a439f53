import { expect, it } from 'vitest';
import type { RecallAnswer } from '../../../src/tools/memoryStudy/recallRun.ts';
import { learnedAt, scoreByLag } from '../../../src/tools/memoryStudy/recallScore.ts';

const answer = (cueAt: number, lag: number, isRight: boolean): RecallAnswer => ({
  trial: { cueAt, goAt: cueAt + lag, cue: 0 },
  isRight,
});

it('counts right answers by lag, each lag in one group', () => {
  const answers = Array.from({ length: 56 }, (_, i) => answer(i * 100, i + 5, i % 2 === 0));
  const groups = scoreByLag(answers);
  expect(groups.map(({ label, trials }) => [label, trials])).toEqual([
    ['≤ 15', 11],
    ['16–30', 15],
    ['31–49', 19],
    ['≥ 50', 11],
  ]);
  expect(groups.map(({ accuracy }) => accuracy)).toEqual([6 / 11, 7 / 15, 10 / 19, 5 / 11]);
});

it('says nothing about a group without a trial', () => {
  expect(scoreByLag([answer(0, 20, true)]).map(({ accuracy }) => accuracy)).toEqual([null, 1, null, null]);
});

it('has learned when 95 % of the last 200 answers were right, not before there are 200', () => {
  const run = (isRight: (i: number) => boolean, n = 600): RecallAnswer[] =>
    Array.from({ length: n }, (_, i) => answer(i * 10, 5, isRight(i)));
  expect(learnedAt(run(() => true, 199))).toBeNull();
  expect(learnedAt(run(() => true))).toBe(199 * 10 + 5);
  // 10 wrong ones of 200 are 5 %: the eleventh but last must have left.
  expect(learnedAt(run((i) => i >= 100))).toBe((100 - 10 + 199) * 10 + 5);
  expect(learnedAt(run((i) => i % 2 === 0))).toBeNull();
});
