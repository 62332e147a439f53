import { expect, it } from 'vitest';
import { toEpochMs } from '../../../src/domain/time.ts';
import { LateLabels } from '../../../src/tools/replay/lateLabels.ts';
import { idOf } from '../../pipeline/samples.ts';

it.each([
  [
    0,
    [
      [0, 'a'],
      [1, 'b'],
      [4, 'c'],
    ],
  ],
  [
    2,
    [
      [2, 'a'],
      [3, 'b'],
      [6, 'c'],
    ],
  ],
] as const)('tells each label %i rows late, and none of a row that was dropped', (delay, told) => {
  const late = new LateLabels(idOf('x'), delay);
  const rows = ['a', 'b', '', 'dropped', 'c', '', ''];
  const found = rows.flatMap((label, row) =>
    late
      .take(label, label === 'dropped' ? undefined : toEpochMs(1000 * row))
      .map((each) => [row, each.label, each.from]),
  );
  const places = { a: 0, b: 1, c: 4 };
  expect(found).toEqual(told.map(([row, label]) => [row, label, 1000 * places[label]]));
});
