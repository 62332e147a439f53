import { describe, expect, it } from 'vitest';
import { HISTORY_ROWS, History } from '../../src/learner/history.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { gridTimes, irregularTimes, MINUTE, MONDAY } from '../support/series.ts';

function historyOf(times: readonly number[]): History {
  const history = new History();
  times.forEach((at, row) => {
    history.push(at, row);
  });
  return history;
}

describe('by age', () => {
  it('gives the values of the newest rows, newest first', () => {
    const history = historyOf([10, 20, 30]);
    expect([0, 1, 2].map((age) => history.ago(age))).toEqual([2, 1, 0]);
    expect(history.count).toBe(3);
  });

  it('knows nothing of rows that have not been', () => {
    expect(new History().ago(0)).toBeNaN();
    expect(historyOf([10]).ago(1)).toBeNaN();
  });

  it('keeps the newest rows when it is full, wherever the ring stands', () => {
    for (const rows of [HISTORY_ROWS, HISTORY_ROWS + 1, 2 * HISTORY_ROWS - 1, 2 * HISTORY_ROWS + 100]) {
      const history = historyOf(gridTimes(rows));
      expect(history.count).toBe(HISTORY_ROWS);
      for (let age = 0; age < HISTORY_ROWS; age++) expect(history.ago(age)).toBe(rows - 1 - age);
      expect(history.ago(HISTORY_ROWS)).toBeNaN();
    }
  });
});

describe('by moment', () => {
  const grid = historyOf(gridTimes(1000, MINUTE));

  it('gives the row of that very moment', () => {
    for (const row of [999, 998, 500, 232]) expect(grid.near(MONDAY + row * MINUTE, 0)).toBe(row);
  });

  it('gives the nearer of the two rows around it', () => {
    expect(grid.near(MONDAY + 500 * MINUTE + 20_000, MINUTE)).toBe(500);
    expect(grid.near(MONDAY + 500 * MINUTE + 40_000, MINUTE)).toBe(501);
  });

  it('knows nothing of moments farther than the tolerance from every row', () => {
    expect(grid.near(MONDAY + 500 * MINUTE + 20_000, 19_999)).toBeNaN();
    expect(grid.near(MONDAY + 1001 * MINUTE, MINUTE)).toBeNaN();
    expect(grid.near(MONDAY + 1000 * MINUTE, MINUTE)).toBe(999);
    expect(grid.near(MONDAY + 231 * MINUTE, MINUTE - 1)).toBeNaN();
    expect(grid.near(MONDAY + 231 * MINUTE, MINUTE)).toBe(232);
    expect(new History().near(MONDAY, MINUTE)).toBeNaN();
  });

  it('agrees with a search through all rows at irregular times', () => {
    const times = irregularTimes(1000, 4, MINUTE).map((at) => Math.round(at / 1000) * 1000);
    const history = historyOf(times);
    const kept = times.map((at, row) => ({ at, row })).slice(-HISTORY_ROWS);
    for (let at = (times[200] as number) - MINUTE; at < (times[999] as number) + 3 * MINUTE; at += 7_777) {
      const nearest = kept.reduce((best, row) => (Math.abs(row.at - at) < Math.abs(best.at - at) ? row : best));
      const isNear = Math.abs(nearest.at - at) <= 50_000;
      expect(history.near(at, 50_000)).toBe(isNear ? nearest.row : Number.NaN);
    }
  });

  it('rounds times to seconds, and those out of all reason to its edges', () => {
    const history = historyOf([-5, 10_400, 10_600, 4e15]);
    expect(history.near(0, 400)).toBe(0);
    expect(history.near(10_000, 100)).toBe(1);
    expect(history.near(11_000, 100)).toBe(2);
    expect(history.near(4_294_967_295_000, 0)).toBe(3);
  });

  it('survives a clock that went back', () => {
    const history = historyOf([...gridTimes(50), ...gridTimes(50)]);
    const found = history.near(MONDAY, MINUTE);
    expect(Number.isNaN(found) || found === 0 || found === 50).toBe(true);
  });
});

describe('its state', () => {
  const times = irregularTimes(2000);
  statefulContract({
    create: () => new History(),
    advance: (history, row) => history.push(times[row] as number, 3 * row),
    observe: (history) => [
      history.count,
      ...[0, 1, 700, 767].map((age) => history.ago(age)),
      history.near(times[5] as number, MINUTE),
      history.near(times[790] as number, MINUTE),
    ],
    cuts: [0, 1, 10, 767, 800],
    tail: 20,
  });
});
