import { describe, expect, it } from 'vitest';
import { filled, timeColumnOf, toNumbers, toSeries, wallClock } from './csvSeries.ts';

describe('toSeries', () => {
  const table = {
    columns: ['ts', 'a'],
    rows: [
      ['2024-03-04 06:00:00', '1'],
      ['2024-03-10T18:00:00+02:00', ''],
      ['1969-12-31', '3'],
    ],
  };

  it('reads values and the clock on the wall, an offset or not', () => {
    const { values, clock } = toSeries(table, 'a', 'ts');
    expect([...values]).toEqual([1, Number.NaN, 3]);
    expect([...clock!.timeOfDay]).toEqual([0.25, 0.75, 0]);
    expect([...clock!.weekday]).toEqual([0, 6, 2]);
  });

  it('names the columns where one is missing', () => {
    expect(() => toSeries(table, 'b', 'ts')).toThrow('no column b; there are: ts, a');
  });

  it('finds the usual names of a time', () => {
    expect(timeColumnOf(table, undefined)).toBe('ts');
    expect(timeColumnOf(table, 'a')).toBe('a');
    expect(timeColumnOf({ columns: ['a'], rows: [] }, undefined)).toBeUndefined();
  });
});

describe('wallClock', () => {
  it('refuses what is no time', () => {
    expect(() => wallClock('soon')).toThrow('not a date and time: soon');
    expect(() => wallClock('2024-13-01')).toThrow(/2024-13-01/);
  });
});

describe('filled', () => {
  it('puts the last value in the place of a missing one, 0 before the first', () => {
    expect([...filled(toNumbers(['', 'NA', '2', ' ', '5']))]).toEqual([0, 0, 2, 2, 5]);
  });
});
