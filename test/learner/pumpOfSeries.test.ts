import { expect, it } from 'vitest';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { createRandom } from '../../src/tools/demo/sensors/random.ts';
import { HOME_STREAMS } from '../quality/homeStreams.ts';
import { KERNELS, type KernelUnderTest } from '../support/kernels.ts';
import { toHorizons, toSteps } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

const KERNEL = (KERNELS.find(({ name }) => name === 'simd') ?? KERNELS[0]) as KernelUnderTest;
const STEPS = 15;
const DAY = 1440;
const SKIP = 1500;

it.each([2, 4])('a pump is foreseen better than by the last value and by the day before: seed %i', (seed) => {
  const pump = HOME_STREAMS.find(({ name }) => name === 'pump, W');
  const rows = pump?.make(createRandom(seed)) ?? [];
  const values = rows.map(({ value }) => value);
  const settings = makeSettings({ horizons: toHorizons(STEPS) });
  const learner = new StreamLearner(KERNEL.create(), settings);
  const errors = { own: 0, last: 0, day: 0 };
  toSteps(
    values,
    rows.map(({ at }) => at),
  ).forEach((step, row) => {
    const mean = learner.step(step).toForecast().horizons[0]?.mean as number;
    learner.learn();
    const value = values[row + STEPS];
    if (row < SKIP || value === undefined) return;
    errors.own += Math.abs(mean - value);
    errors.last += Math.abs(step.value - value);
    errors.day += Math.abs((values[row + STEPS - DAY] as number) - value);
  });
  learner.free();
  expect(errors.own / Math.min(errors.last, errors.day)).toBeLessThan(0.95);
});
