import { describe, expect, it } from 'vitest';
import { PendingLabels } from '../../../src/learner/classify/pendingLabels.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

function meetAll(pending: PendingLabels, times: readonly number[]): (readonly [number, number, boolean])[] {
  const taught: (readonly [number, number, boolean])[] = [];
  for (const at of times) pending.meet(at, (label, isBefore) => taught.push([at, label, isBefore]));
  return taught;
}

describe('labels that wait', () => {
  it('teach each row of their span as it comes, oldest label first', () => {
    const pending = new PendingLabels();
    pending.add(1, 10, 30, false);
    pending.add(2, 20, 20, false);
    expect(meetAll(pending, [5, 10, 20, 30, 31, 40])).toEqual([
      [10, 1, false],
      [20, 1, false],
      [20, 2, false],
      [30, 1, false],
    ]);
  });

  it('teach the row before it where a span has ended without one of its own', () => {
    const pending = new PendingLabels();
    pending.add(1, 12, 14, false);
    pending.add(2, 12, 14, true);
    expect(meetAll(pending, [10, 20, 30])).toEqual([[20, 1, true]]);
  });

  it('are at most 16', () => {
    const pending = new PendingLabels();
    for (let n = 0; n < 16; n++) expect(pending.add(0, n, n + 1, false)).toBe(true);
    expect(pending.add(0, 1, 2, false)).toBe(false);
    meetAll(pending, [5]);
    expect(pending.add(0, 1, 2, false)).toBe(true);
  });

  it('go with their class, or on under its new place', () => {
    const pending = new PendingLabels();
    pending.add(0, 10, 10, false);
    pending.add(1, 10, 10, false);
    pending.changeClasses([1, -1]);
    expect(meetAll(pending, [10])).toEqual([[10, 0, false]]);
  });
});

describe('as any component with state', () => {
  statefulContract<PendingLabels>({
    create: () => new PendingLabels(),
    advance(pending, row) {
      if (row % 3 === 0) pending.add(row % 2, row + 1, row + 4, false);
      pending.meet(row, () => undefined);
    },
    observe: () => [],
    cuts: [0, 4, 9],
    tail: 10,
  });
});
