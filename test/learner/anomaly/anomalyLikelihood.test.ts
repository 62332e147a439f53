import { describe, expect, it } from 'vitest';
import { AnomalyLikelihood } from '../../../src/learner/anomaly/anomalyLikelihood.ts';
import { statefulContract } from '../../contract/statefulContract.ts';
import { makeSeries, normal } from '../../support/series.ts';

const quiet = (rows: number, seed = 1): number[] => makeSeries(rows, seed, (_, random) => normal(random));

interface Seen {
  readonly log10Rarity: number;
  readonly novelty: number;
  readonly ratio: number;
  readonly lean: number;
}

function see(errors: readonly number[], floor = 0): Seen[] {
  const surprise = new AnomalyLikelihood();
  return errors.map((error) => {
    const ratio = surprise.update(error, floor);
    const { log10Rarity, novelty, lean } = surprise;
    return { log10Rarity, novelty, ratio, lean };
  });
}

const tensOf = (errors: readonly number[], floor = 0): number[] =>
  see(errors, floor).map(({ log10Rarity }) => log10Rarity);

/** log10 of erfc(x) for x ≥ 0 by Simpson's rule: erfc(x) = 2/√π · e^(−x²) · ∫0…12 e^(−u² − 2xu) du. */
function log10Erfc(x: number): number {
  const n = 4000;
  const step = 12 / n;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    const u = k * step;
    const weight = k === 0 || k === n ? 1 : k % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-u * u - 2 * x * u);
  }
  return Math.log10((2 / Math.sqrt(Math.PI)) * (step / 3) * sum) - (x * x) / Math.LN10;
}

/** The recipe once more, with every average kept in a list: [log10Rarity, novelty] per row. */
function naive(errors: readonly number[]): [number, number][] {
  let usual = 0;
  const sizes: number[] = [];
  const averages: number[] = [];
  let mean = 0;
  let deviation = 0;
  let sixth = 0;
  return errors.map((error, row) => {
    const size = Math.abs(error);
    sizes.push(row === 0 ? 0 : Math.min(size / usual, 10));
    const capped = row > 30 ? Math.min(size, 4 * usual) : size;
    usual += Math.max(1 / (row + 1), 1 / 1000) * (capped - usual);
    const average = sizes.slice(-30).reduce((sum, z) => sum + z, 0) / 30;
    const x = (average - mean) / (Math.max(deviation, 0.1) * Math.SQRT2);
    const novelty = sixth > 0 ? average / sixth : 1e6;
    averages.push(average);
    if (averages.length % 100 === 0) {
      const recent = averages.slice(-8700);
      mean = recent.reduce((sum, a) => sum + a, 0) / recent.length;
      deviation = Math.sqrt(recent.reduce((sum, a) => sum + (a - mean) ** 2, 0) / recent.length);
      const blocks = Array.from({ length: recent.length / 100 }, (_, b) =>
        Math.max(...recent.slice(100 * b, 100 * b + 100)),
      );
      blocks.sort((a, b) => b - a);
      sixth = blocks[5] ?? (blocks[0] as number);
    }
    // About half at 150 errors, less below 230, and five sixths when the memory is full.
    const n = row + 1;
    const trust = (1 + (150 / n) * (1 + (230 / n) ** 4)) * (1 + (0.2 * Math.max(0, Math.min(n, 8700) - 3000)) / 5700);
    const rare = n >= 200 && x > 0 ? -log10Erfc(x) / trust : 0;
    const usualAtMost = mean + 3 * Math.max(deviation, 0.1);
    const isCalm = sizes.slice(-15).reduce((sum, z) => sum + z, 0) <= 15 * usualAtMost;
    return [isCalm ? Math.min(rare, 1.3) : rare, novelty];
  });
}

function compare(errors: readonly number[], every: number): void {
  const expected = naive(errors);
  see(errors).forEach(({ log10Rarity, novelty }, row) => {
    if (row % every !== every - 1) return;
    const [naiveTens, naiveNovelty] = expected[row] as [number, number];
    expect(Math.abs(log10Rarity - naiveTens), `row ${row}`).toBeLessThan(1e-5 * (1 + log10Rarity));
    expect(novelty, `row ${row}`).toBeCloseTo(naiveNovelty, 6);
  });
}

it('follows its recipe', () => {
  compare(
    quiet(1500).map((error, row) => (row >= 900 && row < 920 ? 5 * error : error)),
    1,
  );
});

it('compares with the averages of the last 87 blocks of 100 rows', () => {
  compare(
    quiet(9500).map((error, row) => (row < 600 ? error ** 3 : error)),
    50,
  );
});

it('is 0 until 200 errors are known', () => {
  const surprise = new AnomalyLikelihood();
  const log10Rarity = quiet(199).map((error, row) => {
    surprise.update(row === 150 ? 1000 : error, 0);
    return surprise.log10Rarity;
  });
  expect(new Set(log10Rarity)).toEqual(new Set([0]));
  expect(surprise.isReady).toBe(false);
  surprise.update(1, 0);
  expect(surprise.isReady).toBe(true);
});

it('rises within a few rows of larger errors, and falls when they have left the average', () => {
  const log10Rarity = tensOf([...quiet(1000), ...quiet(10, 2).map((error) => 6 * error), ...quiet(50, 3)]);
  expect(Math.max(...log10Rarity.slice(1000, 1010))).toBeGreaterThan(6);
  expect(log10Rarity[1045]).toBeLessThan(1);
});

it('is over 20 rows after larger errors, though the average still holds them, in 38 of 40 series', () => {
  const seeds = Array.from({ length: 40 }, (_, i) => i + 1);
  const isOver = (seed: number): boolean => {
    const log10Rarity = tensOf([
      ...quiet(1000, seed),
      ...quiet(10, seed + 100).map((e) => 20 * e),
      ...quiet(50, seed + 200),
    ]);
    expect(Math.max(...log10Rarity.slice(1000, 1010))).toBeGreaterThan(3.3);
    return Math.max(...log10Rarity.slice(1030)) <= 1.3;
  };
  expect(seeds.filter(isOver).length).toBeGreaterThanOrEqual(38);
});

it('has seen six times what is nothing new', () => {
  const burst = (row: number): boolean => row >= 500 && row % 300 < 10;
  const novelties = see(quiet(4000).map((error, row) => (burst(row) ? 20 : error)));
  const highest = (from: number): number => Math.max(...novelties.slice(from, from + 12).map(({ novelty }) => novelty));
  expect(highest(600)).toBeGreaterThan(2);
  expect(highest(1800)).toBeGreaterThan(2);
  expect(highest(3900)).toBeLessThan(1.2);
});

it('says how large an error is in usual ones', () => {
  const usual = Math.sqrt(2 / Math.PI);
  expect(see([...quiet(5000), 40]).at(-1)?.ratio).toBeCloseTo(40 / usual, -0.7);
  expect(see([0, 0, 3]).at(-1)?.ratio).toBe(Number.POSITIVE_INFINITY);
  expect(see([0, 0, 0]).at(-1)?.ratio).toBe(0);
});

describe('its lean', () => {
  const leanAfter = (...errors: number[]): number => see([...quiet(1000), ...errors]).at(-1)?.lean as number;

  it('goes with few large errors', () => {
    expect(leanAfter(9, 8, 7)).toBeGreaterThan(0.8);
    expect(leanAfter(-9)).toBeLessThan(-0.6);
  });

  it('is little in noise, and after a dip and the return from it', () => {
    expect(Math.abs(leanAfter(-12, 12))).toBeLessThan(0.1);
    const leans = see(quiet(3000)).slice(100);
    expect(leans.filter(({ lean }) => Math.abs(lean) < 0.7).length).toBeGreaterThan(0.9 * leans.length);
  });

  it('is 0 where there are no errors', () => {
    expect(see([0, 0]).at(-1)?.lean).toBe(0);
  });
});

it('does not take a fault for the usual after a few rows', () => {
  const log10Rarity = tensOf([...quiet(1000), ...new Array<number>(100).fill(100)]);
  expect(log10Rarity.at(-1)).toBeGreaterThan(4);
});

it('takes another unit for the usual after 300 rows near the limit, and sees a fault in it', () => {
  const changed = quiet(1500, 2).map((error) => 1000 * error);
  const log10Rarity = tensOf([...quiet(9000), ...changed, ...new Array<number>(30).fill(7500)]);
  expect(Math.max(...log10Rarity.slice(9000, 9300))).toBeGreaterThan(6);
  expect(Math.max(...log10Rarity.slice(9500, 10_500))).toBeLessThan(2);
  expect(log10Rarity.at(-1)).toBeGreaterThan(3.3);
});

it('does not count errors below what the sensor can tell', () => {
  const errors = quiet(400).map((error) => 1e-12 * error);
  const burst = new Array<number>(20).fill(1e-9);
  expect(Math.max(...tensOf([...errors, ...burst], 0.05))).toBeLessThan(0.01);
  expect(tensOf([...errors, ...burst]).at(-1)).toBeGreaterThan(5);
});

it('is the same whatever the unit', () => {
  const errors = quiet(500);
  expect(tensOf(errors.map((error) => 1024 * error))).toEqual(tensOf(errors));
});

it.each([
  ['no errors at all', new Array<number>(500).fill(0)],
  ['one error after none', [...new Array<number>(500).fill(0), 1, ...new Array<number>(50).fill(0)]],
  ['the largest numbers', quiet(500).map((error) => (error > 1 ? Number.MAX_VALUE : error))],
  ['the smallest numbers', quiet(500).map((error) => (error > 0 ? Number.MIN_VALUE : 0))],
  ['infinities', quiet(500).map((error) => (error > 2 ? Number.POSITIVE_INFINITY : error))],
])('gives finite numbers of at least 0 to %s', (_, errors) => {
  for (const { log10Rarity, novelty, ratio, lean } of see(errors)) {
    expect(log10Rarity >= 0 && Number.isFinite(log10Rarity) && novelty >= 0 && Number.isFinite(novelty)).toBe(true);
    expect(ratio >= 0 && Math.abs(lean) <= 1).toBe(true);
  }
});

describe('its state', () => {
  const errors = quiet(1200).map((error, row) => (row % 97 === 0 ? 8 * error : row > 700 ? 1000 * error : error));
  statefulContract({
    create: () => new AnomalyLikelihood(),
    advance: (surprise, row) => {
      surprise.update(errors[row] as number, 0);
    },
    observe: ({ log10Rarity, novelty, lean, isReady }) => [log10Rarity, novelty, lean, isReady],
    cuts: [0, 1, 29, 150, 250, 555, 800],
    tail: 400,
  });
});
