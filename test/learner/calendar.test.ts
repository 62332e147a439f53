import { expect, it } from 'vitest';
import { CALENDAR_FEATURES, calendarFeatures, DAY_MS, WEEK_MS } from '../../src/learner/calendar.ts';

function featuresOf(localMs: number): number[] {
  const x = new Float32Array(CALENDAR_FEATURES);
  calendarFeatures(x, 0, localMs);
  return [...x];
}

/** The same from the platform's calendar. */
function expectedAt(localMs: number): number[] {
  const date = new Date(localMs);
  const seconds = date.getUTCHours() * 3600 + date.getUTCMinutes() * 60 + date.getUTCSeconds();
  const day = (seconds + date.getUTCMilliseconds() / 1000) / 86_400;
  const weekday = (date.getUTCDay() + 6) % 7;
  const turn = (share: number): number[] => [Math.sin(2 * Math.PI * share), Math.cos(2 * Math.PI * share)];
  return [...turn(day), ...turn(2 * day), ...turn((weekday + day) / 7), weekday >= 5 ? 1 : 0];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 6);
  });
}

it('begins the day and the week at Monday midnight', () => {
  expect(featuresOf(Date.UTC(2024, 0, 1))).toEqual([0, 1, 0, 1, 0, 1, 0]);
});

it.each([
  ['Monday noon', '2024-01-01T12:00:00Z'],
  ['the last moment of Friday', '2024-01-05T23:59:59.999Z'],
  ['the first moment of Saturday', '2024-01-06T00:00:00Z'],
  ['the last moment of Sunday', '2024-01-07T23:59:59.999Z'],
  ['a leap day', '2024-02-29T06:30:00Z'],
  ['the epoch, a Thursday', '1970-01-01T00:00:00Z'],
  ['the moment before the epoch', '1969-12-31T23:59:59.999Z'],
  ['a Sunday long before the epoch', '1900-01-07T18:00:00Z'],
  ['a far future', '2999-12-31T03:00:00Z'],
])('knows %s', (_, time) => {
  expectClose(featuresOf(Date.parse(time)), expectedAt(Date.parse(time)));
});

it('agrees with the platform every 5 hours 7 minutes of two years around the epoch', () => {
  for (let at = -365 * DAY_MS; at < 365 * DAY_MS; at += 18_420_000) expectClose(featuresOf(at), expectedAt(at));
});

it('repeats after a week', () => {
  expectClose(featuresOf(1e12), featuresOf(1e12 + WEEK_MS));
});

it('writes its seven places and no other', () => {
  const x = new Float32Array(CALENDAR_FEATURES + 4).fill(9);
  calendarFeatures(x, 2, 1e12);
  expect([...x].map((value) => value === 9)).toEqual([true, true, ...new Array(7).fill(false), true, true]);
});
