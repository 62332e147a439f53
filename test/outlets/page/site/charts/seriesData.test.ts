import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  alarmSpans,
  type ChartColumns,
  lonePoints,
  valueRange,
} from '../../../../../src/outlets/page/site/charts/seriesData.ts';

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
/** The least and the greatest reading of a row; null: it is a gap. */
const rows = fc.array(fc.option(fc.tuple(number, number)), { minLength: 1, maxLength: 20 });
const column = fc.array(fc.option(number), { minLength: 1, maxLength: 20 });

it('has each reading and forecast in its range, and a band only near them', () => {
  fc.assert(
    fc.property(column, rows, (yhat, readings) => {
      const high = readings.map((pair) => pair && Math.max(...pair));
      const low = readings.map((pair) => pair && Math.min(...pair));
      const wide = high.map(() => 1e9);
      const columns: ChartColumns = [high.map((_, i) => i), wide, wide.map((one) => -one), yhat, high, low];
      const [bottom, top] = valueRange(columns);
      expect(top).toBeGreaterThan(bottom);
      const shown = [...yhat, ...high, ...low].filter((one) => one !== null);
      for (const one of shown) expect(one >= bottom && one <= top).toBe(true);
      const height = Math.max(...shown, 0) - Math.min(...shown, 0);
      if (shown.length > 0) expect(top - bottom).toBeLessThanOrEqual(2 * height + 1);
    }),
  );
});

it('finds alarms as spans, and points without neighbours', () => {
  const alarm = [false, true, true, false, true];
  expect(alarmSpans({ ts: [1, 2, 3, 4, 5], alarm })).toEqual([
    [2, 3],
    [5, 5],
  ]);
  expect(lonePoints([1, null, 2, 3, null, 4])).toEqual([0, 5]);
});
