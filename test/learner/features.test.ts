import { describe, expect, it } from 'vitest';
import type { ModelSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { CALENDAR_FEATURES, calendarFeatures } from '../../src/learner/calendar.ts';
import { Exogenous, exogenousFeatureCount } from '../../src/learner/exogenous.ts';
import { buildFeatures, featureCount } from '../../src/learner/features.ts';
import { Observation } from '../../src/learner/observation.ts';
import { Seasons } from '../../src/learner/seasons.ts';
import { constant, counter, gridTimes, MINUTE, makeSeries, noisySine } from '../support/series.ts';

type Inputs = ModelSettings['inputs'];

const BARE: Inputs = { lags: 0, calendar: false, dayLag: false, weekLag: false, linear: false };
const ALL: Inputs = { lags: 3, calendar: true, dayLag: true, weekLag: true, linear: false };

function rowAfter(
  values: readonly number[],
  horizons: readonly number[],
  times: readonly number[] = gridTimes(values.length),
): Observation {
  const row = new Observation(horizons);
  values.forEach((value, t) => {
    row.advance({ at: toEpochMs(times[t] as number), zoneOffset: toDurationMs(60 * MINUTE), value });
  });
  return row;
}

function fill(x: Float32Array, row: Observation, inputs: Inputs, horizons: readonly number[]): void {
  const seasons = new Seasons(horizons);
  seasons.update(row);
  buildFeatures(x, row, seasons, inputs, horizons.length);
}

function featuresOf(
  values: readonly number[],
  inputs: Inputs,
  horizons: readonly number[] = [1],
  times: readonly number[] = gridTimes(values.length),
): Float32Array {
  const x = new Float32Array(featureCount(inputs, horizons.length));
  fill(x, rowAfter(values, horizons, times), inputs, horizons);
  return x;
}

describe.each([1, 3])('with %i horizons', (K) => {
  const horizons = [1, 5, 24].slice(0, K);
  const choices: Inputs[] = [0, 1, 12].flatMap((lags) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
      lags,
      calendar: (bits & 1) > 0,
      dayLag: (bits & 2) > 0,
      weekLag: (bits & 4) > 0,
      linear: false,
    })),
  );

  it.each(choices)('fills exactly the inputs it counts: %o', (inputs) => {
    const count = featureCount(inputs, K);
    const x = new Float32Array(count + 3).fill(Number.NaN);
    fill(x, rowAfter(noisySine(760), horizons), inputs, horizons);
    expect([...x].map(Number.isFinite)).toEqual([...new Array(count).fill(true), false, false, false]);
  });

  it.each(choices)('knows no past at the first row, and says so with zeros: %o', (inputs) => {
    const x = featuresOf([42], inputs, horizons);
    const calendar = inputs.calendar ? CALENDAR_FEATURES : 0;
    const isZero = [...x].map((value) => value === 0);
    isZero.splice(3 + inputs.lags, calendar);
    expect(isZero.every(Boolean)).toBe(true);
  });
});

it('puts level and last change first', () => {
  const row = rowAfter(noisySine(300), [1]);
  const [level, change] = featuresOf(noisySine(300), BARE);
  expect(level).toBe(Math.fround(row.standardised));
  expect(change).toBe(Math.fround(row.lastChange));
});

describe('the rhythm', () => {
  const rhythmOf = (times: readonly number[], values = noisySine(times.length)): number =>
    featuresOf(values, BARE, [1], times)[2] as number;

  it('is exactly 0 in a regular series', () => {
    for (const every of [1000, 7 * MINUTE, 86_400_000]) expect(rhythmOf(gridTimes(300, every))).toBe(0);
  });

  it('is the logarithm of the time since the last reading in usual intervals, limited', () => {
    const times = gridTimes(100, MINUTE);
    const last = times[99] as number;
    expect(rhythmOf([...times, last + 5 * MINUTE])).toBeCloseTo(Math.log(5), 6);
    expect(rhythmOf([...times, last + MINUTE / 4])).toBeCloseTo(-Math.log(4), 6);
    expect(rhythmOf([...times, last + 9000 * MINUTE])).toBe(3);
    expect(rhythmOf([...times, last])).toBe(0);
  });

  it('grows on a grid from one missing row to the next, and is still there with the first reading', () => {
    const times = gridTimes(104, MINUTE);
    const rhythmAfter = (missing: number, isBack: boolean): number => {
      const values = [...noisySine(100), ...new Array<number>(missing).fill(Number.NaN), ...(isBack ? [20] : [])];
      return rhythmOf(times.slice(0, values.length), values);
    };
    expect(rhythmAfter(1, false)).toBe(0);
    expect(rhythmAfter(3, false)).toBeCloseTo(Math.log(3), 6);
    expect(rhythmAfter(3, true)).toBeCloseTo(Math.log(4), 6);
  });
});

it('follows with the differences to the last values, newest first, in the scale of the first horizon', () => {
  const values = noisySine(300);
  const scale = rowAfter(values, [2, 7]).scales[0] as number;
  const x = featuresOf(values, { ...BARE, lags: 4 }, [2, 7]);
  const expected = [1, 2, 3, 4].map((lag) => ((values[299 - lag] as number) - (values[299] as number)) / scale);
  expect([...x.subarray(3)]).toEqual(expected.map(Math.fround));
});

it('follows with the calendar of the local moment', () => {
  const x = featuresOf(noisySine(300), { ...BARE, lags: 1, calendar: true });
  const expected = new Float32Array(CALENDAR_FEATURES);
  calendarFeatures(expected, 0, (gridTimes(300)[299] as number) + 60 * MINUTE);
  expect(x.subarray(4)).toEqual(expected);
});

it('ends with the day and the week before each moment that is forecast, each in the scale of its horizon', () => {
  const values = noisySine(760, 1, { noise: 3 });
  const scales = rowAfter(values, [1, 5]).scales;
  const x = featuresOf(values, { ...BARE, dayLag: true, weekLag: true }, [1, 5]);
  const difference = (age: number, k: number): number =>
    Math.fround(((values[759 - age] as number) - (values[759] as number)) / (scales[k] as number));
  expect([...x.subarray(3)]).toEqual([difference(95, 0), difference(671, 0), difference(91, 1), difference(667, 1)]);
});

it('ends with what the other fields of the message say, where there are any', () => {
  const inputs: Inputs = { ...BARE, lags: 2, dayLag: true };
  const row = new Observation([1, 5], new Exogenous(2, inputs.lags));
  const alone = new Exogenous(2, inputs.lags);
  noisySine(300).forEach((value, t) => {
    const others = [value * value, t % 3];
    row.advance({
      at: toEpochMs(gridTimes(300)[t] as number),
      zoneOffset: toDurationMs(60 * MINUTE),
      value,
      inputs: others,
    });
    alone.update(others);
  });
  const x = new Float32Array(featureCount(inputs, 2, 2));
  fill(x, row, inputs, [1, 5]);
  const own = featureCount(inputs, 2);
  const others = new Float32Array(exogenousFeatureCount(2, inputs.lags));
  alone.write(others, 0);
  expect(x.length).toBe(own + others.length);
  expect(x.subarray(own)).toEqual(others);
  const without = new Float32Array(own);
  fill(without, rowAfter(noisySine(300), [1, 5]), inputs, [1, 5]);
  expect(x.subarray(0, own)).toEqual(without);
});

describe('a counter of a thousand million', () => {
  it('shows its steps of 1 as clearly as one that starts at zero', () => {
    const x = featuresOf(counter(700, 1, 1e9 + 1), ALL);
    const small = featuresOf(counter(700, 1, 1), ALL);
    expect([...x.subarray(3)]).toEqual([...small.subarray(3)]);
    expect(x[1]).toBe(small[1]);
    expect(new Set(x.subarray(3, 6)).size).toBe(3);
  });
});

describe('stays within bounds', () => {
  it.each([
    ['a jump up', [...noisySine(25), 1e7], 5, 5, -6],
    ['a jump down', [...noisySine(25), -1e7], -5, -5, 6],
  ])('after %s', (_, values, level, change, lag) => {
    const x = featuresOf(values, { ...BARE, lags: 2, dayLag: true });
    expect(x[0]).toBe(level);
    expect(x[1]).toBe(change);
    expect([...x.subarray(3, 5)]).toEqual([lag, lag].map((bound) => Math.fround(bound)));
  });

  it.each([
    ['a constant', constant(800)],
    ['a constant that moved once', [...constant(700), ...constant(100, 8)]],
    ['alternating giants', makeSeries(800, 1, (t) => (t % 2 === 0 ? 1e30 : -1e30))],
    ['gaps', makeSeries(800, 1, (t, random) => (t % 3 === 0 ? 1 : random.integerBelow(2) / 0))],
  ])('for %s', (_, values) => {
    const row = new Observation([1, 5]);
    const x = new Float32Array(featureCount(ALL, 2));
    const times = gridTimes(values.length);
    values.forEach((value, t) => {
      if (!row.advance({ at: toEpochMs(times[t] as number), zoneOffset: toDurationMs(0), value })) return;
      fill(x, row, ALL, [1, 5]);
      expect(x.every((feature) => Math.abs(feature) <= 6)).toBe(true);
    });
  });
});
