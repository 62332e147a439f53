import { expect, test } from 'vitest';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { DAY_MS, faultWindows, HOUR_MS, WEEK_MS } from '../../../../src/tools/demo/sensors/faultPlan.ts';

const START = toEpochMs(Date.UTC(2026, 2, 2));

test('leaves the first week free and repeats the plan in each week after it', () => {
  const windows = faultWindows('pump', START, 2);

  const first = START + WEEK_MS + 3 * DAY_MS + 14 * HOUR_MS;
  expect(windows.map(({ kind }) => kind)).toEqual(['cavitation', 'unavailable', 'cavitation', 'unavailable']);
  expect(windows[0]).toEqual({ sensor: 'pump', kind: 'cavitation', from: first, to: first + 3 * HOUR_MS, amount: 1.7 });
  expect(windows[2]?.from).toBe(first + WEEK_MS);
});

test('gives a sensor without planned faults none', () => {
  expect(faultWindows('nobody', START, 5)).toEqual([]);
});
