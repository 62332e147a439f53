import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { DAY_MS, WEEK_MS } from '../../src/learner/calendar.ts';
import { Observation } from '../../src/learner/observation.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { counter, gridTimes, MINUTE, MONDAY, makeSeries, noisySine, roomTemperature } from '../support/series.ts';

const ZONE = toDurationMs(60 * MINUTE);

function advance(row: Observation, value: number, at: number): boolean {
  return row.advance({ at: toEpochMs(at), zoneOffset: ZONE, value });
}

function rowAfter(
  values: readonly number[],
  horizons: readonly number[] = [1],
  times = gridTimes(values.length),
): Observation {
  const row = new Observation(horizons);
  values.forEach((value, t) => {
    advance(row, value, times[t] as number);
  });
  return row;
}

it('begins with the first reading', () => {
  const row = new Observation([1]);
  expect(advance(row, Number.NaN, MONDAY)).toBe(false);
  expect(advance(row, Number.POSITIVE_INFINITY, MONDAY + 1)).toBe(false);
  expect(advance(row, 1e308, MONDAY + 2)).toBe(false);
  expect([row.count, row.readings]).toEqual([0, 0]);
  expect(advance(row, 5, MONDAY + 3)).toBe(true);
  expect([row.count, row.readings, row.value, row.isReading]).toEqual([1, 1, 5, true]);
});

it('carries the last value through a gap', () => {
  const row = rowAfter([5, 6, Number.NaN, Number.NaN]);
  expect([row.value, row.isReading, row.count, row.readings]).toEqual([6, false, 4, 2]);
  expect(row.raw).toBeNaN();
  expect(row.history.ago(0)).toBe(6);
});

it('carries the last value through an absurd reading, and remembers that as raw', () => {
  const row = rowAfter([...noisySine(200), 1e7]);
  expect(row.raw).toBe(1e7);
  expect(row.value).toBe(noisySine(200)[199]);
  expect([row.isReading, row.isDoubted, row.isInDoubt, row.latest]).toEqual([false, true, true, 1e7]);
  expect([row.count, row.readings]).toEqual([201, 200]);
  advance(row, Number.NaN, MONDAY + 201 * 15 * MINUTE);
  expect([row.isDoubted, row.isInDoubt, row.latest]).toEqual([false, true, 1e7]);
  advance(row, 20, MONDAY + 202 * 15 * MINUTE);
  expect([row.isDoubted, row.isInDoubt, row.latest]).toEqual([false, false, 20]);
});

it('doubts what no sensor can mean, and does not take it for the last value', () => {
  const row = rowAfter([...noisySine(200), 1e38]);
  expect([row.raw, row.isDoubted, row.isInDoubt, row.latest]).toEqual([1e38, true, false, row.value]);
});

describe('doubted readings that last', () => {
  const values = noisySine(200);
  const jump = makeSeries(12, 9, (_, random) => 5000 + random.uniform(-1, 1));
  const times = gridTimes(300);
  const gappy = [...jump.slice(0, 5), Number.NaN, Number.NaN, ...jump.slice(5)];
  const row = rowAfter([...values, ...gappy], [1, 3]);
  const sorted = [...jump].sort((a, b) => a - b);
  const shift = ((sorted[5] as number) + (sorted[6] as number)) / 2 - (values[199] as number);

  it('move the whole past, and take their places in it', () => {
    expect([row.shift, row.isReading, row.isDoubted, row.isInDoubt]).toEqual([shift, true, false, false]);
    const [, , , , fifth] = jump as [number, number, number, number, number];
    const moved = [...values.map((value) => value + shift), ...jump.slice(0, 5), fifth, fifth, ...jump.slice(5)];
    expect(moved.map((_, t) => row.history.ago(moved.length - 1 - t))).toEqual(moved);
  });

  it('leave the scales and the deviation as they were, and no silence', () => {
    const before = rowAfter(values, [1, 3]);
    expect(Math.abs(row.standardised)).toBeLessThan(1);
    expect(row.scales[0]).toBeLessThan(1.05 * (before.scales[0] as number));
    expect([row.silence, row.rhythm]).toEqual([15 * MINUTE, 0]);
    expect(row.readings).toBe(201);
  });

  it('are told once', () => {
    advance(row, 5000, times[214] as number);
    expect(row.shift).toBe(0);
  });
});

it('learns nothing about level, scale and resolution from rows without a reading', () => {
  const values = noisySine(300);
  const row = rowAfter(values);
  const before = [row.standardised, row.resolution, row.scales[0]];
  advance(row, Number.NaN, MONDAY + 300 * 15 * MINUTE);
  advance(row, 1e9, MONDAY + 301 * 15 * MINUTE);
  expect([row.standardised, row.resolution, row.scales[0]]).toEqual(before);
  expect(row.lastChange).toBe(0);
  advance(row, 20, MONDAY + 302 * 15 * MINUTE);
  const changes = [...values, 20].slice(1).map((value, t) => value - (values[t] as number));
  const scale = Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length);
  expect(row.lastChange).toBeCloseTo((changes.at(-1) as number) / scale, 9);
});

it('knows the local moment', () => {
  const row = rowAfter([1, 2]);
  expect([row.at, row.localMs - row.at]).toEqual([MONDAY + 15 * MINUTE, ZONE]);
});

it('keeps the smallest change other than none as the resolution', () => {
  expect(rowAfter([5]).resolution).toBe(0);
  expect(rowAfter([5, 5, 5]).resolution).toBe(0);
  expect(rowAfter([5, 7, 7, 7.5, 9]).resolution).toBe(0.5);
  expect(rowAfter([5, Number.NaN, 5.25, 9]).resolution).toBe(0.25);
  expect(rowAfter(roomTemperature(1000)).resolution).toBeCloseTo(0.1, 9);
});

it('scales each horizon by the root mean square of its change', () => {
  const values = noisySine(900);
  const row = rowAfter(values, [1, 5]);
  [1, 5].forEach((h, k) => {
    const squares = values.slice(h).map((value, t) => (value - (values[t] as number)) ** 2);
    expect(row.scales[k]).toBeCloseTo(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length), 9);
  });
});

it('does not scale by less than half the resolution, nor by a millionth of the deviation', () => {
  expect(rowAfter(new Array<number>(50).fill(7)).scales[0]).toBe(1e-9);
  const stuck = rowAfter([0, 1, ...new Array<number>(40_000).fill(1)]);
  expect(stuck.scales[0]).toBe(0.5);
  const far = rowAfter([0, 1e9, 1e9 + 1e-6, ...new Array<number>(3000).fill(1e9)], [2000]);
  expect(far.scales[0]).toBeGreaterThan(1);
});

it('standardises by mean and deviation of the readings', () => {
  const values = noisySine(500);
  const mean = values.reduce((sum, value) => sum + value, 0) / 500;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 500);
  expect(rowAfter(values).standardised).toBeCloseTo(((values[499] as number) - mean) / deviation, 9);
});

it('measures the last change in its own scale', () => {
  const values = noisySine(500);
  const row = rowAfter(values, [5]);
  const changes = values.slice(1).map((value, t) => value - (values[t] as number));
  const scale = Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length);
  expect(row.lastChange).toBeCloseTo((changes.at(-1) as number) / scale, 9);
});

it('differences a counter far from zero exactly', () => {
  const row = rowAfter(counter(300, 1, 1e15));
  expect(row.scales[0]).toBe(rowAfter(counter(300, 1, 0)).scales[0]);
});

it('knows how long it is since the reading before', () => {
  const row = rowAfter([5]);
  expect(row.silence).toBeNaN();
  advance(row, 6, MONDAY + 15 * MINUTE);
  expect(row.silence).toBe(15 * MINUTE);
  advance(row, Number.NaN, MONDAY + 30 * MINUTE);
  advance(row, Number.NaN, MONDAY + 45 * MINUTE);
  expect(row.silence).toBe(30 * MINUTE);
  advance(row, 6, MONDAY + 60 * MINUTE);
  expect([row.silence, row.rhythm]).toEqual([45 * MINUTE, Math.log(3)]);
  advance(row, 6, MONDAY + 75 * MINUTE);
  expect([row.silence, row.rhythm]).toEqual([15 * MINUTE, 0]);
});

describe('a season ago', () => {
  const rows = 700;
  const values = makeSeries(rows, 1, (t) => t);
  const row = rowAfter(values);

  it('is one day before the moment that is forecast', () => {
    expect(row.seasonAgo(DAY_MS, 1)).toBe(699 + 1 - 96);
    expect(row.seasonAgo(DAY_MS, 50)).toBe(699 + 50 - 96);
    expect(row.seasonAgo(WEEK_MS, 5)).toBe(699 + 5 - 672);
  });

  it('is a whole number of days before it where the horizon is longer than a day', () => {
    expect(row.seasonAgo(DAY_MS, 96)).toBe(699);
    expect(row.seasonAgo(DAY_MS, 97)).toBe(699 + 97 - 192);
  });

  it('is not known before a season has passed, nor where the history is too short for it', () => {
    expect(rowAfter(values.slice(0, 90)).seasonAgo(DAY_MS, 1)).toBeNaN();
    expect(rowAfter([1]).seasonAgo(DAY_MS, 1)).toBeNaN();
    expect(rowAfter(values, [1], gridTimes(rows, MINUTE)).seasonAgo(DAY_MS, 1)).toBeNaN();
    expect(rowAfter(values, [1], gridTimes(rows, 10 * MINUTE)).seasonAgo(WEEK_MS, 1)).toBeNaN();
  });

  it('is not known where nothing was read around that moment', () => {
    const times = gridTimes(rows).map((at, t) => (t >= 650 ? at + DAY_MS : at));
    expect(rowAfter(values, [1], times).seasonAgo(DAY_MS, 1)).toBeNaN();
  });
});

describe('its state', () => {
  const values = [
    ...noisySine(150),
    1e9,
    Number.NaN,
    ...noisySine(150, 2),
    ...new Array<number>(13).fill(1e9),
    ...noisySine(900, 3),
  ];
  const times = gridTimes(values.length, 20 * MINUTE);
  statefulContract({
    create: () => new Observation([1, 3]),
    advance: (row, t) => void advance(row, values[t] as number, times[t] as number),
    observe: (row) => [
      ...[row.value, row.raw, row.isReading, row.count, row.readings, row.at, row.localMs, row.resolution],
      ...[row.standardised, row.lastChange, row.silence, row.rhythm, row.history.ago(40), ...row.scales],
      ...[row.seasonAgo(DAY_MS, 1), row.seasonAgo(WEEK_MS, 3), row.latest, row.isInDoubt],
    ],
    cuts: [0, 60, 151, 152, 303, 304, 313, 314, 315, 400, 800],
    tail: 330,
  });
});
