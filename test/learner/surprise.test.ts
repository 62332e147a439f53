import { describe, expect, it } from 'vitest';
import { Surprise } from '../../src/learner/surprise.ts';
import type { Stateful, StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal } from '../support/series.ts';

const quiet = (rows: number, seed = 1): number[] => makeSeries(rows, seed, (_, random) => normal(random));

function scoresOf(errors: readonly number[], floor = 0): number[] {
  const surprise = new Surprise();
  return errors.map((error) => surprise.update(error, floor));
}

/** log10 of erfc(x) for x ≥ −4 by Simpson's rule: erfc(x) = 2/√π · e^(−x²) · ∫0…12 e^(−u² − 2xu) du. */
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

/** The recipe once more, with every average kept in a list. */
function naiveScores(errors: readonly number[]): number[] {
  let usual = 0;
  const sizes: number[] = [];
  const averages: number[] = [];
  let mean = 0;
  let deviation = 0;
  let largest = 0;
  return errors.map((error, row) => {
    const size = Math.abs(error);
    sizes.push(row === 0 ? 0 : Math.min(size / usual, 20));
    const capped = row > 30 ? Math.min(size, 4 * usual) : size;
    usual += Math.max(1 / (row + 1), 1 / 500) * (capped - usual);
    const average = sizes.slice(-10).reduce((sum, z) => sum + z, 0) / 10;
    const isReady = row + 1 >= 200;
    const x = (average - mean) / (Math.max(deviation, 1e-6) * Math.SQRT2);
    averages.push(average);
    if (averages.length % 100 === 0) {
      const recent = averages.slice(-8700);
      mean = recent.reduce((sum, a) => sum + a, 0) / recent.length;
      deviation = Math.sqrt(recent.reduce((sum, a) => sum + (a - mean) ** 2, 0) / recent.length);
    }
    const isRecord = size > 1.5 * largest;
    largest = Math.max(largest, size);
    return isReady ? Math.max(isRecord ? 50 : 0, -log10Erfc(Math.max(x, -4))) : 0;
  });
}

it('follows its recipe', () => {
  const errors = quiet(1500).map((error, row) => (row >= 900 && row < 920 ? 5 * error : error));
  const expected = naiveScores(errors);
  scoresOf(errors).forEach((score, row) => {
    expect(Math.abs(score - (expected[row] as number)), `row ${row}`).toBeLessThan(1e-5 * (1 + score));
  });
});

it('compares with the averages of the last 87 blocks of 100 rows', () => {
  const errors = quiet(9500).map((error, row) => (row < 600 ? error ** 3 : error));
  const naive = naiveScores(errors);
  scoresOf(errors).forEach((score, row) => {
    if (row % 50 === 49)
      expect(Math.abs(score - (naive[row] as number)), `row ${row}`).toBeLessThan(1e-5 * (1 + score));
  });
});

it('is 0 until 200 errors are known', () => {
  const surprise = new Surprise();
  const scores = quiet(199).map((error, row) => surprise.update(row === 150 ? 1000 : error, 0));
  expect(new Set(scores)).toEqual(new Set([0]));
  expect(surprise.isReady).toBe(false);
  surprise.update(1, 0);
  expect(surprise.isReady).toBe(true);
});

it('jumps at an error far from the usual ones, and falls when it has left the average', () => {
  const scores = scoresOf([...quiet(1000), 60, ...quiet(50, 2)]);
  expect(scores[1000]).toBeGreaterThan(6);
  expect(scores[1012]).toBeLessThan(3);
});

it('is 50 at once for an error half as large again as any before, however noisy the series', () => {
  const noisy = quiet(1000).map((error, row) => (row % 10 === 0 ? 20 * error : error));
  const largest = Math.max(...noisy.map(Math.abs));
  expect(scoresOf([...noisy, 1.51 * largest]).at(-1)).toBe(50);
  expect(scoresOf([...noisy, -1.51 * largest]).at(-1)).toBe(50);
  expect(scoresOf([...noisy, 1.49 * largest]).at(-1)).toBeLessThan(10);
  expect(scoresOf([...noisy, 1.51 * largest, 1.51 * largest]).at(-1)).toBeLessThan(20);
});

it('does not take a fault for the usual after a few rows', () => {
  const scores = scoresOf([...quiet(1000), ...new Array<number>(40).fill(100)]);
  expect(scores.at(-1)).toBeGreaterThan(20);
});

it('does not count errors below what the sensor can tell', () => {
  const errors = quiet(400).map((error) => 1e-12 * error);
  expect(Math.max(...scoresOf([...errors, 1e-9], 0.05))).toBeLessThan(0.01);
  expect(scoresOf([...errors, 1e-9]).at(-1)).toBeGreaterThan(5);
});

it('is the same whatever the unit', () => {
  const errors = quiet(500);
  const inMillis = scoresOf(errors.map((error) => 1024 * error));
  expect(inMillis).toEqual(scoresOf(errors));
});

it.each([
  ['no errors at all', new Array<number>(500).fill(0)],
  ['one error after none', [...new Array<number>(500).fill(0), 1, ...new Array<number>(50).fill(0)]],
  ['the largest numbers', quiet(500).map((error) => (error > 1 ? Number.MAX_VALUE : error))],
  ['the smallest numbers', quiet(500).map((error) => (error > 0 ? Number.MIN_VALUE : 0))],
])('gives a finite score of at least 0 to %s', (_, errors) => {
  for (const score of scoresOf(errors)) expect(score >= 0 && Number.isFinite(score)).toBe(true);
});

/** With the score it gave last, which is all that can be seen of it. */
class Scoring implements Stateful {
  readonly surprise = new Surprise();
  score = 0;

  exchange(io: StateIo): void {
    this.surprise.exchange(io.within('surprise'));
    this.score = io.number('score', this.score);
  }
}

describe('its state', () => {
  const errors = quiet(1200).map((error, row) => (row % 97 === 0 ? 8 * error : error));
  statefulContract({
    create: () => new Scoring(),
    advance: (subject, row) => {
      subject.score = subject.surprise.update(errors[row] as number, 0);
    },
    observe: ({ surprise, score }) => [score, surprise.isReady],
    cuts: [0, 1, 29, 150, 250, 555],
    tail: 400,
  });
});
