import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/tools/demo/sensors/random.ts';
import { createSolar } from '../../../../src/tools/demo/sensors/solar.ts';
import { mean, measure } from './series.ts';

const solar = measure(createSolar(createRandom(1)), 14, 8);

test('is exactly zero at night and bright at noon', () => {
  const night = solar.filter(({ hour }) => hour <= 6 || hour >= 18);
  const noon = solar.filter(({ hour }) => hour > 11 && hour < 13);

  expect(night.every(({ irradiance }) => irradiance === 0)).toBe(true);
  expect(noon.every(({ irradiance }) => irradiance! > 100 && irradiance! < 780)).toBe(true);
});

test('differs from day to day with the clouds', () => {
  const days = Array.from({ length: 14 }, (_, day) =>
    mean(solar.filter((reading) => reading.day === day).map(({ irradiance }) => irradiance as number)),
  );

  expect(Math.max(...days)).toBeGreaterThan(1.2 * Math.min(...days));
});
