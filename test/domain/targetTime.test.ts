import { expect, test } from 'vitest';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import { writeTargetTimes } from '../../src/domain/targetTime.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { everyMessage, forecastOf } from '../pipeline/samples.ts';

const MINUTE = toDurationMs(60_000);
const horizons = [1, 60].map((steps) => ({ horizon: { label: String(steps), steps }, mean: 1, lower: 0, upper: 2 }));

function targets(cadence: number | null, every: typeof MINUTE | 'message', at = 1000): number[] {
  const moments = new Float64Array(2);
  const row = new ForecastRow().write(
    forecastOf('a', at, { horizons, cadence: cadence === null ? null : toDurationMs(cadence) }),
  );
  writeTargetTimes(row, { ...everyMessage, every }, moments);
  return [...moments];
}

test('are exact on a grid, whatever the cadence was', () => {
  expect(targets(7, MINUTE)).toEqual([61_000, 3_601_000]);
  expect(targets(null, MINUTE)).toEqual([61_000, 3_601_000]);
});

test('are estimated, in whole milliseconds, where each message is a step', () => {
  expect(targets(10.4, 'message')).toEqual([1010, 1624]);
});

test('are NaN while the cadence is not known, and beyond all dates', () => {
  expect(targets(null, 'message')).toEqual([Number.NaN, Number.NaN]);
  expect(targets(8.64e15 / 50, 'message')).toEqual([1000 + 8.64e15 / 50, Number.NaN]);
});
