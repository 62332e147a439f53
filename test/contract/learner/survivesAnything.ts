import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import {
  constant,
  counter,
  gridTimes,
  irregularTimes,
  makeSeries,
  noisySine,
  squareWave,
  toSteps,
  twoValued,
  whiteNoise,
  withGap,
  withSpike,
  withStep,
  withUnitChange,
} from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const ROWS = 500;
const GIANTS = makeSeries(ROWS, 1, (t) => (t % 2 === 0 ? 1e30 : -1e30));

const ODD_SERIES: readonly (readonly [string, readonly number[]])[] = [
  ['a constant', constant(ROWS)],
  ['a constant zero', constant(ROWS, 0)],
  ['a constant with one step', withStep(constant(ROWS), 300, 0.1)],
  ['an early 1e30', withSpike(whiteNoise(ROWS), 20, 1e30)],
  ['a late 1e30', withSpike(whiteNoise(ROWS), 300, 1e30)],
  ['1e30 for good', whiteNoise(ROWS).map((value, t) => (t > 300 ? 1e30 * value : value))],
  ['1e308 at first', [1e308, -1e308, ...whiteNoise(ROWS)]],
  ['±1e308 now and then', whiteNoise(ROWS).map((value, t) => (t % 7 === 0 ? 1e308 * (1 - (t % 2) * 2) : value))],
  ['±1e308 always', GIANTS.map((value) => value * 1e278)],
  ['alternating ±1e30', GIANTS],
  ['±1e37 where the guard ends', GIANTS.map((value) => value * 1e7)],
  ['infinities', whiteNoise(ROWS).map((value, t) => (t % 11 === 0 ? (t % 2 === 0 ? 1 : -1) / 0 : value))],
  ['the smallest numbers', makeSeries(ROWS, 1, (t) => (t % 3) * Number.MIN_VALUE)],
  ['gaps', withGap(withGap(noisySine(ROWS), 0, 40), 200, 100)],
  ['nothing', constant(ROWS, Number.NaN)],
  ['one reading', withSpike(constant(ROWS, Number.NaN), 250, 3)],
  ['steps', withStep(withStep(noisySine(ROWS), 200, 1000), 400, -1e6)],
  ['another unit', withUnitChange(noisySine(ROWS), 300)],
  ['two values', twoValued(ROWS)],
  ['a pump', squareWave(ROWS)],
  ['a counter', counter(ROWS, 1, 1e15)],
];

/** Names of the numbers that a forecast publishes and that are neither finite nor null. */
function brokenOf(forecast: Forecast): string[] {
  const { value, expected, horizons, anomalyScore, skill, coverage, samples, at } = forecast;
  const numbers = { value, anomalyScore, skill, coverage, samples, at, ...numbersOf('expected', expected) };
  horizons.forEach((horizon, k) => {
    Object.assign(numbers, numbersOf(`horizons[${k}]`, horizon));
  });
  return Object.entries(numbers).flatMap(([name, number]) =>
    number === null || Number.isFinite(number) ? [] : [`${name} = ${number}`],
  );
}

const brokenRowsOf = (forecasts: readonly Forecast[]): string[] =>
  forecasts.flatMap((forecast, t) => brokenOf(forecast).map((broken) => `row ${t}: ${broken}`));

function numbersOf(name: string, expectation: Forecast['expected']): Record<string, number | null> {
  if (expectation === null) return {};
  const { mean, lower, upper } = expectation;
  return { [`${name}.mean`]: mean, [`${name}.lower`]: lower, [`${name}.upper`]: upper };
}

/** Whatever comes, every number that leaves is finite or null. */
export function survivesAnything({ create }: LearnerSubject): void {
  describe('survives', () => {
    it.each(ODD_SERIES)('%s: every number it publishes is finite or null', (_, values) => {
      const learner = create();
      expect(brokenRowsOf(live(learner, toSteps(values)))).toEqual([]);
      expect(brokenRowsOf(live(learner, toSteps(noisySine(50))))).toEqual([]);
      learner.free();
    });

    it.each<[string, number[]]>([
      ['the same moment again and again', gridTimes(ROWS, 0)],
      ['a clock that runs back', gridTimes(ROWS, -1000)],
      ['a clock that jumps', gridTimes(ROWS).map((at, t) => at + (t % 50 === 0 ? 1e12 : 0))],
      ['times long before the epoch', gridTimes(ROWS, 60_000, -8.64e15)],
      ['times at the end of the calendar', gridTimes(ROWS, 60_000, 8.64e15 - ROWS * 60_000)],
      ['irregular times', irregularTimes(ROWS)],
    ])('%s', (_, times) => {
      const learner = create();
      expect(brokenRowsOf(live(learner, toSteps(noisySine(ROWS), times)))).toEqual([]);
      learner.free();
    });

    it('any numbers at any times', () => {
      const numbers = fc.oneof(fc.double(), fc.double({ min: -100, max: 100 }), fc.constantFrom(0, 1, 1e30, -1e30));
      const rows = fc.array(fc.tuple(numbers, fc.integer({ min: -1e13, max: 1e13 })), { minLength: 1, maxLength: 80 });
      const property = fc.property(rows, (drawn) => {
        const learner = create();
        const steps = toSteps(
          drawn.map(([value]) => value),
          drawn.map(([, at]) => at),
        );
        expect(brokenRowsOf(live(learner, steps))).toEqual([]);
        learner.free();
      });
      void fc.assert(property, { numRuns: 60, seed: 1 });
    });
  });
}
