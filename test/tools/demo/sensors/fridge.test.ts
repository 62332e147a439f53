import { expect, test } from 'vitest';
import { createFridge } from '../../../../src/tools/demo/sensors/fridge.ts';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { mean, measure } from './series.ts';

const fridge = measure(createFridge(createRandom(1)), 7, 1);
const isOn = (power: number | undefined) => (power as number) > 0;

test('is either off at 0 W or runs near 80 W, with more at the start of a run', () => {
  const starts = fridge.filter(({ power }, i) => isOn(power) && i > 0 && !isOn(fridge[i - 1]?.['power']));
  const late = fridge.filter(({ power }, i) => isOn(power) && i > 10 && isOn(fridge[i - 10]?.['power']));

  expect(fridge.some(({ power }) => power === 0)).toBe(true);
  expect(mean(starts.map(({ power }) => power as number))).toBeGreaterThan(105);
  expect(mean(late.map(({ power }) => power as number))).toBeCloseTo(80, -1);
});

test('never runs for more than half an hour when nothing is wrong', () => {
  let longest = 0;
  let run = 0;
  for (const { power } of fridge) {
    run = isOn(power) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }

  expect(longest).toBeGreaterThan(12);
  expect(longest).toBeLessThan(30);
});

test('runs for a larger share of the time at meals than at night', () => {
  const duty = (from: number, to: number) =>
    mean(fridge.filter(({ hour }) => hour >= from && hour < to).map(({ power }) => (isOn(power) ? 1 : 0)));

  expect(duty(0, 6)).toBeGreaterThan(0.15);
  expect(duty(18, 19.5)).toBeGreaterThan(1.25 * duty(0, 6));
});

test('counts its energy up by what it drew', () => {
  const drawn = (mean(fridge.map(({ power }) => power as number)) * 7 * 24) / 1000;

  expect((fridge.at(-1)?.['energy'] as number) - (fridge[0]?.['energy'] as number)).toBeCloseTo(drawn, 1);
});
