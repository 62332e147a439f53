import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { Alarm } from '../../../src/learner/anomaly/alarm.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const MINUTE = 60_000;
const rows = (count: number): Span => ({ rows: count });
const minutes = (count: number): Span => ({ time: toDurationMs(count * MINUTE) });

interface Policy {
  readonly holdOff?: Span;
  readonly minDuration?: Span;
  /** Rows whose reading is outside the configured range. */
  readonly limits?: readonly number[];
}

/** Rows at which the alarm was on; scores a minute apart, null: no score. */
function activeAt(
  scores: readonly (number | null)[],
  { holdOff = rows(100), minDuration = rows(1), limits = [] }: Policy = {},
): number[] {
  const alarm = new Alarm({ holdOff, minDuration });
  return scores.flatMap((score, t) => {
    if (score === null) alarm.skip();
    else alarm.update(score, t * MINUTE, limits.includes(t));
    return alarm.isActive ? [t] : [];
  });
}

/** Zeros but for these rows. */
function scoresAt(length: number, peaks: Readonly<Record<number, number>>): number[] {
  return Array.from({ length }, (_, t) => peaks[t] ?? 0);
}

it('starts at 1, goes on down to a half', () => {
  expect(activeAt([0.99, 1, 0.8, 0.5, 0.49, 0.9])).toEqual([1, 2, 3]);
});

it('stays as it is where there is no score', () => {
  expect(activeAt([null, 1, null, null, 0.2, null])).toEqual([1, 2, 3]);
});

it('starts with no late reading, but with the first one of now where the score is still high, and ends with any', () => {
  const alarm = new Alarm({ holdOff: rows(100), minDuration: rows(2) });
  const states = [true, true, true, false, false, true].map((isLate, t) => {
    alarm.update(t === 5 ? 0 : 2, t * MINUTE, true, isLate);
    return alarm.isActive;
  });
  expect(states).toEqual([false, false, false, true, true, false]);
});

describe('the hold-off', () => {
  it('lets no other start for 100 rows, missing ones counted', () => {
    expect(activeAt(scoresAt(300, { 10: 2, 60: 2, 110: 2, 111: 2 }))).toEqual([10, 111]);
    const gap = scoresAt(300, { 10: 2, 111: 2 }).map((score, t) => (t > 20 && t < 100 ? null : score));
    expect(activeAt(gap)).toEqual([10, 111]);
  });

  it('lets one start that is three times as strange as the last one became', () => {
    expect(activeAt(scoresAt(100, { 10: 1, 11: 2, 20: 5.9, 30: 6, 40: 17, 50: 18 }))).toEqual([10, 11, 30, 50]);
  });

  it('may be a time', () => {
    const peaks = scoresAt(200, { 10: 2, 40: 2, 41: 2, 80: 2 });
    expect(activeAt(peaks, { holdOff: minutes(30) })).toEqual([10, 41, 80]);
  });

  it('may be nothing', () => {
    expect(activeAt(scoresAt(20, { 10: 2, 12: 2 }), { holdOff: rows(0) })).toEqual([10, 12]);
  });

  it('after another alarm does not count for the configured range, after one of its own it does', () => {
    const peaks = scoresAt(300, { 10: 50, 20: 2.1, 30: 2.1, 125: 2.1 });
    expect(activeAt(peaks, { limits: [20, 30, 125] })).toEqual([10, 20, 125]);
  });
});

describe('the least duration', () => {
  const peaks = scoresAt(60, { 5: 2, 6: 2, 10: 2, 11: 2, 12: 2, 13: 2, 14: 0.6, 15: 0.4 });

  it('in rows at 1 and more without a break', () => {
    expect(activeAt(peaks, { minDuration: rows(3) })).toEqual([12, 13, 14]);
    expect(activeAt(peaks, { minDuration: rows(5) })).toEqual([]);
  });

  it('as a time between the first of them and the last', () => {
    expect(activeAt(peaks, { minDuration: minutes(2) })).toEqual([12, 13, 14]);
    expect(activeAt(peaks, { minDuration: minutes(4) })).toEqual([]);
  });

  it('is not broken by a row without a score', () => {
    expect(activeAt([0, 2, null, 2, 0], { minDuration: rows(2) })).toEqual([3]);
  });
});

describe('its state', () => {
  const scores = Array.from({ length: 500 }, (_, t) => (t % 37 < 4 ? (t % 11) / 3 : 0.3));
  statefulContract({
    create: () => new Alarm({ holdOff: rows(60), minDuration: rows(2) }),
    advance: (alarm, t) => alarm.update(scores[t] as number, t * MINUTE, t % 74 < 4),
    observe: ({ isActive }) => [isActive],
    cuts: [0, 1, 38, 75, 200],
    tail: 250,
  });
});

it('does not wait for years where the clock was set back, neither to start nor to start again', () => {
  const alarm = new Alarm({ holdOff: minutes(60), minDuration: minutes(2) });
  const far = 5e6 * MINUTE;
  const update = (score: number, at: number): boolean => {
    alarm.update(score, at, false);
    return alarm.isActive;
  };
  expect([update(2, far), update(2, far + 2 * MINUTE), update(0, far + 3 * MINUTE)]).toEqual([false, true, false]);
  expect([update(2, far + 4 * MINUTE), update(2, 0), update(2, MINUTE), update(2, 2 * MINUTE)]).toEqual([
    ...[false, false, false, true],
  ]);
});
