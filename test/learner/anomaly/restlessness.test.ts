import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calmBefore, highestBetween, restlessnessOf } from '../../../src/learner/anomaly/restlessness.ts';
import { HISTORY_ROWS, History } from '../../../src/learner/history.ts';

function historyOf(readings: readonly number[]): History {
  const history = new History();
  readings.forEach((reading, row) => {
    history.push(row * 60_000, reading);
  });
  return history;
}

const rows = (count: number, reading: (row: number) => number): number[] =>
  Array.from({ length: count }, (_, row) => reading(row));

describe('restlessness', () => {
  it('is 4a where readings go up and down by a', () => {
    expect(restlessnessOf(historyOf(rows(40, (row) => 20 + (row % 2 ? 1.5 : -1.5))))).toBeCloseTo(6, 12);
  });

  it.each([
    ['a level', () => 20],
    ['a slope', (row: number) => 3 * row],
    ['a lone jump there and back', (row: number) => (row >= 30 && row < 33 ? 90 : 20)],
    ['a new level', (row: number) => (row < 30 ? 20 : 90)],
  ])('is none of %s', (_, reading) => {
    for (let length = 18; length < 60; length++) expect(restlessnessOf(historyOf(rows(length, reading)))).toBe(0);
  });

  it('is 0 while there are fewer than 18 rows, and without effect on what comes', () => {
    const readings = rows(19, (row) => row % 2);
    expect(restlessnessOf(historyOf(readings.slice(0, 17)))).toBe(0);
    expect(restlessnessOf(historyOf(readings.slice(0, 18)))).toBe(2);
    expect(restlessnessOf(historyOf(readings), 1)).toBe(2);
    expect(restlessnessOf(historyOf(readings), 2)).toBe(0);
  });

  it('is the same at each level, and in proportion to the unit', () => {
    const reading = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 18, maxLength: 40 }),
        fc.integer({ min: -50, max: 50 }),
        (readings, level) => {
          const usual = restlessnessOf(historyOf(readings));
          expect(restlessnessOf(historyOf(readings.map((each) => 8 * (each + level))))).toBeCloseTo(8 * usual, 8);
        },
      ),
    );
  });

  it('is highest where the pattern was', () => {
    const history = historyOf(rows(200, (row) => (row >= 100 && row < 130 ? row % 2 : 0)));
    expect(highestBetween(history, 99, 60)).toBe(2);
    expect(highestBetween(history, 40, 0)).toBe(0);
    expect(highestBetween(history, 10_000, -5)).toBe(2);
  });

  it('is calm before, though the pattern has come twice', () => {
    const history = historyOf(rows(HISTORY_ROWS + 50, (row) => (row % 400 < 40 ? 10 * (row % 2) : row % 2)));
    expect(calmBefore(history, 0)).toBe(2);
    expect(calmBefore(historyOf([]), 0)).toBe(0);
    expect(calmBefore(history, 10_000)).toBe(0);
  });
});
