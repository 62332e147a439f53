import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { createWasher } from '../../../../src/tools/demo/sensors/washer.ts';
import { MONDAY, measure } from './series.ts';

const washer = measure(createWasher(createRandom(2)), 28);
const HEATING_WATTS = 1_500;

test('stands by for most of the week and heats once in each of five runs a week', () => {
  const standby = washer.filter(({ power }) => power! < 3);
  const heatings = washer.filter(
    ({ power }, i) => power! > HEATING_WATTS && (washer[i - 1]?.['power'] as number) < HEATING_WATTS,
  );

  expect(standby.length / washer.length).toBeGreaterThan(0.9);
  expect(heatings).toHaveLength(4 * 5);
});

test('runs through phases: drum, heating, washing, rinsing, spinning', () => {
  const start = washer.findIndex(({ power }) => power! > 10);
  const run = washer.slice(start, start + 21).map(({ power }) => power as number);

  expect(run.slice(2, 5).every((power) => power > HEATING_WATTS)).toBe(true);
  expect(run.slice(8, 13).every((power) => power > 50 && power < 250)).toBe(true);
  expect(run.slice(-2).some((power) => power > 250)).toBe(true);
});

test('does not start at the same minute each week', () => {
  const firstOfWeek = [0, 1, 2, 3].map((week) => {
    const monday = MONDAY + week * 7 * 86_400_000;
    return (washer.find(({ at, power }) => at >= monday && power! > 10)?.at as number) - monday;
  });

  expect(new Set(firstOfWeek).size).toBeGreaterThan(1);
});
