import { expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { DAY_MS, WEEK_MS } from '../../src/learner/calendar.ts';
import { Observation } from '../../src/learner/observation.ts';
import { type SeasonParts, Seasons } from '../../src/learner/seasons.ts';
import { gridTimes, MINUTE } from '../support/series.ts';

/** Row t has the value t. */
function after(
  rows: number,
  horizons: readonly number[],
  every: number,
  wanted?: SeasonParts,
): { row: Observation; seasons: Seasons } {
  const row = new Observation(horizons);
  const seasons = new Seasons(horizons, wanted);
  gridTimes(rows, every).forEach((at, t) => {
    row.advance({ at: toEpochMs(at), zoneOffset: toDurationMs(0), value: t });
    seasons.update(row);
  });
  return { row, seasons };
}

it('is what the row knows of a day and a week before now and before each moment that is forecast', () => {
  const { row, seasons } = after(760, [1, 5, 100], 15 * MINUTE);
  expect(seasons.day).toBe(759 - 96);
  expect(seasons.week).toBe(759 - 672);
  expect([...seasons.dayAhead]).toEqual([1, 5, 100].map((steps) => row.seasonAgo(DAY_MS, steps)));
  expect([...seasons.weekAhead]).toEqual([1, 5, 100].map((steps) => row.seasonAgo(WEEK_MS, steps)));
  expect([...seasons.dayAhead]).toEqual([759 + 1 - 96, 759 + 5 - 96, 759 + 100 - 192]);
});

it('is NaN where it is not known', () => {
  const { seasons } = after(300, [1], 5 * MINUTE);
  expect(seasons.dayAhead[0]).toBe(299 + 1 - 288);
  expect([seasons.week, seasons.weekAhead[0]]).toEqual([Number.NaN, Number.NaN]);
});

it.each(['calendar', 'day', 'week'] as const)('looks up the %s alone where nothing else is read', (part) => {
  const wanted = { calendar: false, day: false, week: false, [part]: true };
  const { seasons } = after(760, [1, 5], 15 * MINUTE, wanted);
  const { seasons: all } = after(760, [1, 5], 15 * MINUTE);
  const numbersOf = {
    calendar: [...all.calendar],
    day: [all.day, ...all.dayAhead],
    week: [all.week, ...all.weekAhead],
  };
  const expected = (name: typeof part): number[] =>
    name === part ? numbersOf[name] : numbersOf[name].map(() => Number.NaN);
  expect([...seasons.calendar]).toEqual(expected('calendar'));
  expect([seasons.day, ...seasons.dayAhead]).toEqual(expected('day'));
  expect([seasons.week, ...seasons.weekAhead]).toEqual(expected('week'));
  expect(numbersOf[part]).not.toContain(Number.NaN);
});
