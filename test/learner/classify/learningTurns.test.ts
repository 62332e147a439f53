import { expect, it } from 'vitest';
import type { Effort } from '../../../src/domain/effort.ts';
import { LearningTurns } from '../../../src/learner/classify/learningTurns.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

function turnsIn(turns: LearningTurns, rows: number, effort: Effort): number {
  let due = 0;
  for (let row = 0; row < rows; row++) if (turns.isDue(effort)) due++;
  return due;
}

it.each<readonly [boolean, Effort, number, number]>([
  [false, 0, 30, 20],
  [true, 0, 60, 40],
  [false, 1, 30, 20],
  [false, 2, 15, 10],
  [true, 4, 30, 20],
  [false, 5, 0, 0],
])(
  'with a long memory: %s, at effort %d, learns after %d of 960 rows while young, after %d later',
  (isLong, effort, young, grown) => {
    const turns = new LearningTurns(isLong);
    expect(turnsIn(turns, 960, effort)).toBe(young);
    turnsIn(turns, 16_000 - 960, 0);
    if (effort < 5) expect(turnsIn(turns, 960, effort)).toBe(grown);
  },
);

it('does not age while nothing is learned', () => {
  const turns = new LearningTurns(false);
  turnsIn(turns, 20_000, 5);
  expect(turnsIn(turns, 960, 0)).toBe(30);
});

statefulContract<LearningTurns & { due?: boolean }>({
  create: () => new LearningTurns(false),
  advance(turns, row) {
    turns.due = turns.isDue(row % 100 < 50 ? 0 : 2);
  },
  observe: () => [],
  cuts: [0, 31, 60],
  tail: 100,
});
