import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Effort } from '../../../src/domain/effort.ts';
import { LearningTurns } from '../../../src/learner/classify/learningTurns.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

/** @param windows rows of the windows that each turn learns @returns turns within the rows */
function turnsIn(turns: LearningTurns, rows: number, effort: Effort, windows: number): number {
  let due = 0;
  for (let row = 0; row < rows; row++) {
    if (!turns.isDue(effort)) continue;
    due++;
    turns.spend(windows);
  }
  return due;
}

it.each<readonly [boolean, Effort, number, number]>([
  [false, 0, 0, 30],
  [false, 0, 90, 30],
  [false, 0, 144, 20],
  [true, 0, 90, 60],
  [true, 0, 144, 40],
  [true, 0, 192, 30],
  [false, 1, 144, 20],
  [false, 2, 90, 15],
  [true, 4, 90, 30],
  [false, 5, 90, 0],
])(
  'with a long memory: %s, at effort %d and windows of %d rows a turn, learns %d times in 960 rows',
  (isLong, effort, windows, expected) => {
    expect(turnsIn(new LearningTurns(isLong), 960, effort, windows)).toBe(expected);
  },
);

it('learns three rows for each row of the stream at most, whatever the windows are', () => {
  void fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 192 }), { minLength: 1, maxLength: 40 }),
      (isLong, windows) => {
        const turns = new LearningTurns(isLong);
        let learned = 0;
        let turn = 0;
        for (let row = 1; row <= 4000; row++) {
          if (!turns.isDue(0)) continue;
          const rows = windows[turn++ % windows.length]!;
          // The last windows may not be paid for yet.
          expect(learned).toBeLessThanOrEqual((isLong ? 6 : 3) * row);
          turns.spend(rows);
          learned += rows;
        }
      },
    ),
  );
});

it('takes up a turn that was due as soon as its last windows are paid for', () => {
  const turns = new LearningTurns(false);
  expect(turnsIn(turns, 32, 0, 192)).toBe(1);
  expect(turnsIn(turns, 63, 0, 192)).toBe(0);
  expect(turnsIn(turns, 1, 0, 192)).toBe(1);
});

statefulContract<LearningTurns & { due?: boolean }>({
  create: () => new LearningTurns(false),
  advance(turns, row) {
    turns.due = turns.isDue(row % 100 < 50 ? 0 : 2);
    if (turns.due) turns.spend(row % 190);
  },
  observe: () => [],
  cuts: [0, 31, 60],
  tail: 100,
});
