import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { FirstRows } from '../../src/learner/firstRows.ts';
import { restoreSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);

const steps = fc.array(
  fc.record({
    stream: fc.constant('s' as StreamId),
    at: fc.double({ min: 0, max: 1e9, noNaN: true }).map((after) => toEpochMs(START + after)),
    // From −12:00 to +14:00, quarters of an hour among them.
    zoneOffset: fc.integer({ min: -720, max: 840 }).map((minutes) => toDurationMs(minutes * MINUTE)),
    value: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    inputs: fc.tuple(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN))),
  }),
  { minLength: 1, maxLength: 75 },
);

function contentsOf(rows: FirstRows): readonly unknown[] {
  return Array.from({ length: rows.count }, (_, row) => ({
    at: rows.at(row),
    zoneOffset: rows.zoneOffset(row),
    value: rows.value(row),
    inputs: rows.inputs(row),
  }));
}

it('gives the rows back as they came, whatever the zone, before and after a restart', () => {
  fc.assert(
    fc.property(steps, (given: readonly Step[]) => {
      const rows = new FirstRows(1);
      for (const step of given) rows.add(step);
      const told = given.map(({ at, zoneOffset, value, inputs }) => ({ at, zoneOffset, value, inputs }));
      expect(contentsOf(rows)).toEqual(told);

      const restored = new FirstRows(1);
      restoreSnapshot(restored, saveSnapshot(rows, ''), '');
      expect(contentsOf(restored)).toEqual(told);
    }),
  );
});

it('keeps 75 rows and no more', () => {
  const rows = new FirstRows(0);
  const step = { stream: 's' as StreamId, at: toEpochMs(START), zoneOffset: toDurationMs(0), value: 1 };
  for (let i = 0; i < 80; i++) rows.add(step);
  expect([rows.count, rows.isFull]).toEqual([75, true]);
});
