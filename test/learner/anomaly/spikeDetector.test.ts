import { describe, expect, it } from 'vitest';
import { SpikeDetector } from '../../../src/learner/anomaly/spikeDetector.ts';
import { statefulContract } from '../../contract/statefulContract.ts';
import { makeSeries, normal } from '../../support/series.ts';

const quiet = (rows: number, seed = 1): number[] => makeSeries(rows, seed, (_, random) => normal(random));

function scoresOf(errors: readonly number[], floor = 0): number[] {
  const jump = new SpikeDetector();
  return errors.map((error) => jump.update(error, floor));
}

it('is 0 in noise, and above 1 for one error of twenty usual ones, up or down', () => {
  expect(Math.max(...scoresOf(quiet(20_000)))).toBeLessThan(1);
  expect(scoresOf([...quiet(1000), 20]).at(-1)).toBeGreaterThan(1);
  expect(scoresOf([...quiet(1000), -20]).at(-1)).toBeGreaterThan(1);
});

it('has no score before 200 errors', () => {
  expect(scoresOf([...quiet(199), 1e6]).at(-1)).toBe(0);
  expect(scoresOf([...quiet(200), 1e6]).at(-1)).toBeGreaterThan(1);
});

it('measures an error by the last 50 rows: the same is nothing by day and news by night', () => {
  const day = (row: number): boolean => row % 400 < 200;
  const errors = quiet(4000).map((error, row) => (day(row) ? 100 * error : error));
  const at = (row: number): number => scoresOf([...errors.slice(0, row), 1500])[row] as number;
  expect(at(3700)).toBeLessThan(0.01);
  // Each morning is a jump from the night's errors to the day's, so it takes more.
  expect(at(3990)).toBeGreaterThan(1);
});

it('learns jumps of a pump: those of the first 200 rows at once, later ones by twice the largest so far', () => {
  const pump = quiet(3000).map((error, row) => error + (row % 60 === 59 ? 300 : 0));
  expect(Math.max(...scoresOf(pump))).toBeLessThan(1);
  const late = quiet(4000).map((error, row) => error + (row > 1000 && row % 200 === 0 ? 300 : 0));
  const alerts = scoresOf(late).flatMap((score, row) => (score >= 1 ? [row] : []));
  expect(alerts.length).toBeGreaterThan(2);
  expect(alerts.at(-1)).toBeLessThan(2500);
});

it('does not count errors below what the sensor can tell', () => {
  expect(scoresOf([...new Array<number>(300).fill(0), 0.1], 0.05).at(-1)).toBe(0);
  expect(scoresOf([...new Array<number>(300).fill(0), 0.1]).at(-1)).toBeGreaterThan(1);
});

it.each([
  ['no errors', new Array<number>(400).fill(0)],
  ['the largest numbers', quiet(400).map((error) => (error > 1 ? Number.MAX_VALUE : error))],
  ['the smallest numbers', quiet(400).map((error) => (error > 0 ? Number.MIN_VALUE : 0))],
  ['infinities', quiet(400).map((error) => (error > 2 ? Number.POSITIVE_INFINITY : error))],
])('gives a finite score of at least 0 to %s', (_, errors) => {
  for (const score of scoresOf(errors)) expect(score >= 0 && Number.isFinite(score)).toBe(true);
});

describe('jumps to one place', () => {
  const rows = 3000;
  /** Scores at the jumps, one in 300 rows. */
  const atJumps = (place: (event: number) => number, stays: boolean): number[] => {
    const jump = new SpikeDetector();
    const scores = quiet(rows).map((error, row) => {
      const event = Math.floor(row / 300);
      if (row % 300 === 0 && row > 0) return jump.update(error - 500, 0, place(event));
      return jump.update(!stays && row % 300 === 3 ? error + 500 : error, 0, 500);
    });
    return scores.filter((_, row) => row % 300 === 0 && row > 0);
  };

  it('are known from the third on', () => {
    expect(atJumps(() => 0, true).map((score) => score >= 1)).toEqual([true, true, ...new Array(7).fill(false)]);
  });

  it('are as strange as before where the series goes back at once, or to another place', () => {
    // Later ones are hidden by the size of those before.
    const found = [true, true, true];
    expect(
      atJumps(() => 0, false)
        .slice(0, 3)
        .map((score) => score >= 1),
    ).toEqual(found);
    expect(
      atJumps((event) => 100 * event, true)
        .slice(0, 3)
        .map((score) => score >= 1),
    ).toEqual(found);
  });
});

describe('its state', () => {
  const errors = quiet(600).map((error, row) => (row % 97 === 0 ? 30 * error : error));
  statefulContract({
    create: () => ({
      jump: new SpikeDetector(),
      score: 0,
      exchange(io) {
        this.jump.exchange(io.within('jump'));
        this.score = io.number('score', this.score);
      },
    }),
    advance: (subject, row) => {
      subject.score = subject.jump.update(errors[row] as number, 0);
    },
    observe: ({ score }) => [score],
    cuts: [0, 1, 30, 199, 201],
    tail: 300,
  });
});
