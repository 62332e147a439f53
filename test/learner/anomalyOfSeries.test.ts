import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/domain/forecast.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import type { Random } from '../../src/kernel/random.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { KERNELS } from '../support/kernels.ts';
import {
  constant,
  counter,
  learnerSettings,
  makeSeries,
  noisySine,
  normal,
  roomTemperature,
  squareWave,
  toSteps,
  twoValued,
  withGap,
  withSpike,
  withStep,
  withUnitChange,
} from '../support/series.ts';

const kernel = KERNELS.find(({ name }) => name === 'simd')?.create() ?? createPlainKernel();

/** Forecasts of a whole learner for a series, with a network of 8 units. */
function live(values: readonly number[]): Forecast[] {
  const learner = new StreamLearner(kernel, learnerSettings());
  const forecasts = toSteps(values).map((step) => {
    const forecast = learner.step(step).toForecast();
    learner.learn();
    return forecast;
  });
  learner.free();
  return forecasts;
}

const startsOf = (forecasts: readonly Forecast[]): number[] =>
  forecasts.flatMap(({ anomaly }, t) => (anomaly && !forecasts[t - 1]?.anomaly ? [t] : []));

/** Row at which the first alarm at or after `from` starts, and the first row after it. */
function alarmFrom(values: readonly number[], from: number): { readonly start: number; readonly end: number } {
  const forecasts = live(values);
  const start = forecasts.findIndex(({ anomaly }, t) => t >= from && anomaly);
  return { start, end: forecasts.findIndex(({ anomaly }, t) => t > start && !anomaly) };
}

/** 800 W or nothing, for 10 to 30 rows each. */
function irregularPump(rows: number): number[] {
  let left = 0;
  let isOn = false;
  return makeSeries(rows, 3, (_, random) => {
    if (left-- <= 0) {
      isOn = !isOn;
      left = 10 + random.integerBelow(21);
    }
    return isOn ? 800 : 0;
  });
}

const WAVE = noisySine(2500);
const PUMP = squareWave(2000);

it.each([
  ['a wave', WAVE, 3],
  ['a room in tenths of a degree', roomTemperature(2500), 3],
  ['a pump', PUMP, 1],
  ['a contact', twoValued(2500), 2],
  ['a counter', counter(2500), 2],
  ['a drift', WAVE.map((value, t) => value + 0.005 * t), 8],
  ['a wave with gaps', withGap(withGap(WAVE, 700, 3), 1500, 200), 3],
  ['a constant', constant(1000), 0],
])('raises few alarms or none in %s', (_, values, most) => {
  expect(startsOf(live(values)).length).toBeLessThanOrEqual(most);
});

describe('finds', () => {
  it.each<[string, number[], number, number]>([
    ['a spike at once', withSpike(WAVE, 2000, 60), 2000, 2000],
    ['a spike of 1e6 at once', withSpike(WAVE, 2000, 1e6), 2000, 2000],
    ['a step at once', withStep(WAVE, 2000, 12), 2000, 2000],
    ['another unit at once', withUnitChange(WAVE, 2000), 2000, 2000],
    ['a constant that moves, at once', [...constant(1000), ...constant(100, 7.5)], 1000, 1000],
    [
      'a sensor that is stuck, in 24 rows',
      WAVE.map((value, t) => (t >= 2000 ? (WAVE[2000] as number) : value)),
      2000,
      2024,
    ],
    [
      'a pump that does not stop, in 60 rows',
      [...PUMP, ...constant(10, 0), ...PUMP.slice(0, 990), ...constant(100, 800)],
      2990,
      3060,
    ],
    [
      'ten times the noise, in 15 rows',
      WAVE.map((value, t) => (t >= 2000 ? 20 + 10 * (value - 20) : value)),
      2000,
      2015,
    ],
  ])('%s', (_, values, from, to) => {
    const { start } = alarmFrom(values, from);
    expect(start).toBeGreaterThanOrEqual(from);
    expect(start).toBeLessThanOrEqual(to);
  });
});

describe('ends', () => {
  it.each([
    ['120 rows after a spike', withSpike(WAVE, 1900, 60), 1900, 120],
    ['60 rows after a constant has moved', [...constant(1000), ...constant(500, 7.5)], 1000, 60],
    ['400 rows after another unit came', withUnitChange(WAVE, 1500), 1500, 400],
  ])('%s', (_, values, from, rows) => {
    const { start, end } = alarmFrom(values, from);
    expect(start).toBe(from);
    expect(end - start).toBeGreaterThan(0);
    expect(end - start).toBeLessThanOrEqual(rows);
  });
});

it('lets a pump rest for days and start again', () => {
  const pump = irregularPump(2300);
  const values = [...pump.slice(0, 2000), ...constant(1500, 0), ...pump.slice(2000)];
  expect(startsOf(live(values)).filter((t) => t >= 2000).length).toBeLessThanOrEqual(1);
});

describe('a motor that first runs after a long rest is news once', () => {
  const standby = (random: Random): number => Math.round(10 * (1.2 + 0.05 * normal(random))) / 10;
  const rests: [string, (random: Random) => number][] = [
    ['exactly 0', () => 0],
    ['a still 1.2 W', () => 1.2],
    ['1.2 W that flicker', standby],
  ];
  const cases = rests.flatMap(([name, rest]) => [3, 8].map((length) => [name, length, rest] as const));

  it.each(cases)('from %s, in runs of %i rows', (_, length, rest) => {
    const values = makeSeries(2300, 5, (row, random) => {
      const isOn = row >= 400 && (row - 400) % 150 < length;
      return isOn ? Math.round(10 * (2100 + 15 * normal(random))) / 10 : rest(random);
    });
    expect(startsOf(live(values)).filter((t) => t >= 400)).toEqual([400]);
  });
});

it.each([
  ['midnight', 0],
  ['three in the afternoon', 180],
])('a total that is reset each day at %s is no news from the third day on', (_, reset) => {
  let total = 0;
  const values = makeSeries(2016, 3, (row, random) => {
    if (row % 288 === reset) total = 0;
    total += Math.max(0, 0.02 + 0.015 * Math.sin((2 * Math.PI * row) / 288) + 0.004 * normal(random));
    return Number(total.toFixed(3));
  });
  const starts = startsOf(live(values));
  expect(starts.length).toBeLessThanOrEqual(3);
  expect(starts.filter((t) => t >= 3 * 288)).toEqual([]);
});
