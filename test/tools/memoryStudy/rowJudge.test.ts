import { describe, expect, it } from 'vitest';
import { NO_LABEL } from '../../../src/model/labelBlock.ts';
import type { ClassTask } from '../../../src/tools/memoryStudy/classTask.ts';
import {
  NetworkJudge,
  NewestLabelJudge,
  RegressionJudge,
  type RowJudge,
} from '../../../src/tools/memoryStudy/rowJudge.ts';

const ROWS = 400;
/** The first field tells the class by itself, in turn; the second one nothing. */
const task: ClassTask = {
  classes: ['low', 'high'],
  rows: ROWS,
  fields: 2,
  x: Float64Array.from({ length: 2 * ROWS }, (_, i) => (i % 2 === 0 ? 10 * ((i / 2) % 2) : (i * 7) % 5)),
  labels: Uint8Array.from({ length: ROWS }, (_, row) => row % 2),
  trials: [],
  longestLag: 5,
};

function rightAtTheEnd(judge: RowJudge): number {
  let right = 0;
  for (let row = 0; row < ROWS; row++) {
    const said = judge.judge(task.x.subarray(2 * row, 2 * row + 2));
    if (row === 0) expect(said).toBe(NO_LABEL);
    if (row >= ROWS / 2 && said === task.labels[row]) right++;
    if (judge instanceof NetworkJudge) judge.learn();
    if (row > 0) judge.teach(task.labels[row - 1]);
  }
  judge.free();
  return right / (ROWS / 2);
}

describe('labels one row late, of a class that the row itself tells and that changes with each row', () => {
  it('are learned as those of the row before, by regression and network', () => {
    expect(rightAtTheEnd(new RegressionJudge(task))).toBe(1);
    expect(rightAtTheEnd(new NetworkJudge('lstm', task, 1))).toBe(1);
  });

  it('the newest one is of two rows ago when the next row is judged', () => {
    // After row t the label of row t − 1 is told, so at row t + 1 it is that of two rows before: the same class here.
    expect(rightAtTheEnd(new NewestLabelJudge())).toBe(1);
  });
});
