import { expect, it } from 'vitest';
import type { Effort } from '../../../src/domain/effort.ts';
import { LearningTurns } from '../../../src/learner/classify/learningTurns.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

it.each<readonly [boolean, Effort, number]>([
  [false, 0, 10],
  [true, 0, 20],
  [false, 1, 10],
  [false, 2, 5],
  [true, 4, 10],
  [false, 5, 0],
])('a network with a long memory: %s, at effort %d, learns after %d of 320 rows', (isMemoryLong, effort, expected) => {
  const turns = new LearningTurns(isMemoryLong);
  let due = 0;
  for (let row = 0; row < 320; row++) if (turns.isDue(effort)) due++;
  expect(due).toBe(expected);
});

statefulContract<LearningTurns & { due?: boolean }>({
  create: () => new LearningTurns(false),
  advance(turns, row) {
    turns.due = turns.isDue(row % 100 < 50 ? 0 : 2);
  },
  observe: () => [],
  cuts: [0, 31, 40],
  tail: 100,
});
