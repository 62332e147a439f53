import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Horizon, StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createRandom, type Random } from '../../src/kernel/random.ts';
import { makeSettings, type SettingsOverrides } from './settings.ts';

/** 2024-01-01, a Monday, 00:00 UTC. */
export const MONDAY: number = Date.UTC(2024, 0, 1);
export const MINUTE = 60_000;

/** Standard normal by the polar method (Marsaglia & Bray 1964). */
export function normal(random: Random): number {
  for (;;) {
    const u = random.uniform(-1, 1);
    const v = random.uniform(-1, 1);
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** Laplace with mean absolute value `scale`: sharper in the middle and heavier in the tails than a normal. */
export function laplace(random: Random, scale: number): number {
  const u = random.uniform(-0.5, 0.5);
  return -scale * Math.sign(u) * Math.log(1 - 2 * Math.abs(u) + Number.MIN_VALUE);
}

/** (rows): `make` of each row, with one seeded generator for all of them. */
export function makeSeries(rows: number, seed: number, make: (row: number, random: Random) => number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: rows }, (_, row) => make(row, random));
}

/** Level 20, amplitude 5: a day of 96 rows unless told otherwise. */
export function noisySine(
  rows: number,
  seed = 1,
  { period = 96, noise = 0.5 }: { period?: number; noise?: number } = {},
): number[] {
  return makeSeries(rows, seed, (t, random) => 20 + 5 * Math.sin((2 * Math.PI * t) / period) + noise * normal(random));
}

/** A pump or fridge: 0 W at rest, 800 W while on, first on in the second half of the first period. */
export function squareWave(rows: number, period = 40): number[] {
  return makeSeries(rows, 0, (t) => (t % period < period / 2 ? 0 : 800));
}

/** A room that follows the day slowly, reported in tenths of a degree: most rows repeat the one before. */
export function roomTemperature(rows: number, seed = 1): number[] {
  let drift = 0;
  return makeSeries(rows, seed, (t, random) => {
    drift = 0.99 * drift + 0.02 * normal(random);
    return Math.round(10 * (21 + Math.sin((2 * Math.PI * t) / 288) + drift)) / 10;
  });
}

/** An energy meter far from zero: grows by 0 to 3 a row. */
export function counter(rows: number, seed = 1, start = 1e9): number[] {
  let total = start;
  return makeSeries(rows, seed, (_, random) => {
    total += random.integerBelow(4);
    return total;
  });
}

export function randomWalk(rows: number, seed = 1): number[] {
  let level = 100;
  return makeSeries(rows, seed, (_, random) => {
    level += normal(random);
    return level;
  });
}

export function whiteNoise(rows: number, seed = 1): number[] {
  return makeSeries(rows, seed, (_, random) => 10 + normal(random));
}

export function constant(rows: number, value = 7): number[] {
  return new Array<number>(rows).fill(value);
}

/** A contact: 1 in a share of the rows, else 0. */
export function twoValued(rows: number, seed = 1, share = 0.1): number[] {
  return makeSeries(rows, seed, (_, random) => (random.uniform(0, 1) < share ? 1 : 0));
}

/** One reading replaced. */
export function withSpike(series: readonly number[], row: number, value: number): number[] {
  return series.with(row, value);
}

/** From `row` on higher by `by`. */
export function withStep(series: readonly number[], row: number, by: number): number[] {
  return series.map((value, t) => (t < row ? value : value + by));
}

/** From `row` on in another unit. */
export function withUnitChange(series: readonly number[], row: number, factor = 1000): number[] {
  return series.map((value, t) => (t < row ? value : value * factor));
}

/** Missing in `length` rows from `row` on. */
export function withGap(series: readonly number[], row: number, length: number): number[] {
  return series.map((value, t) => (t >= row && t < row + length ? Number.NaN : value));
}

export function gridTimes(rows: number, every: number = 15 * MINUTE, start: number = MONDAY): number[] {
  return Array.from({ length: rows }, (_, row) => start + row * every);
}

/** Each gap between half and twice the usual one. */
export function irregularTimes(rows: number, seed = 1, every: number = 15 * MINUTE): number[] {
  let at = MONDAY;
  return makeSeries(rows, seed, (_, random) => {
    at += every * random.uniform(0.5, 2);
    return at;
  });
}

/** Frozen, because a learner may not write on what it is given. */
export function toSteps(values: readonly number[], times: readonly number[] = gridTimes(values.length)): Step[] {
  return values.map((value, row) =>
    Object.freeze({
      stream: 'test/stream' as StreamId,
      at: toEpochMs(times[row] as number),
      zoneOffset: toDurationMs(60 * MINUTE),
      value,
    }),
  );
}

export function toHorizons(...steps: number[]): Horizon[] {
  return steps.map((count) => ({ label: String(count), steps: count }));
}

/** The defaults with a network of 8 units and a window of 16 rows, for speed. */
export function learnerSettings({ model, ...others }: SettingsOverrides = {}): StreamSettings {
  return makeSettings({ ...others, model: { hidden: 8, bptt: { every: 4, window: 16 }, ...model } });
}
