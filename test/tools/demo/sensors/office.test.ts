import { expect, test } from 'vitest';
import { createOffice } from '../../../../src/tools/demo/sensors/office.ts';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { mean, measure } from './series.ts';

const office = measure(createOffice(createRandom(1)), 14);
const co2 = (isWanted: (day: number, hour: number) => boolean) =>
  mean(office.filter(({ day, hour }) => isWanted(day % 7, hour)).map((reading) => reading['co2'] as number));

test('rises on working days and stays at the outdoor level on Sunday', () => {
  expect(co2((day, hour) => day < 5 && hour >= 14 && hour < 16)).toBeGreaterThan(800);
  expect(co2((day) => day === 6)).toBeCloseTo(420, -1);
});

test('dips at lunch and decays over the evening', () => {
  const atNoon = co2((day, hour) => day < 5 && hour >= 11.5 && hour < 12);
  const afterLunch = co2((day, hour) => day < 5 && hour >= 12.9 && hour < 13.1);

  expect(afterLunch).toBeLessThan(atNoon - 80);
  expect(co2((day, hour) => day < 5 && Math.floor(hour) === 19)).toBeGreaterThan(
    co2((day, hour) => day < 5 && Math.floor(hour) === 22) + 100,
  );
});
