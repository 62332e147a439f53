import { describe, expect, it } from 'vitest';
import { COLUMNS, cellsOf, faultOf, MOST_RATIO, type RowTimes, ratioOf } from './verdict.ts';

const row = (given: Partial<RowTimes>): RowTimes => ({
  title: 'last value',
  base: [10, 20, 30],
  present: [10, 20, 30],
  echo: [5, 5, 5],
  lost: { base: 0, present: 0 },
  ...given,
});

describe('ratioOf', () => {
  it('compares the repeats that were side by side: what slows both down does not count', () => {
    expect(ratioOf(row({ base: [10, 100, 20], present: [12, 120, 24] }))).toBeCloseTo(1.2);
  });

  it('leaves one repeat that went wrong out', () => {
    expect(ratioOf(row({ present: [10, 20, 3000] }))).toBe(1);
  });
});

describe('faultOf', () => {
  it('finds none up to the limit', () => {
    expect(faultOf(row({ base: [10], present: [10 * MOST_RATIO] }))).toBeUndefined();
  });

  it('names row and ratio above it', () => {
    expect(faultOf(row({ base: [10], present: [11.5] }))).toBe('last value: 1.15 times the CPU time of the base');
  });

  it('names readings without an answer, of either', () => {
    expect(faultOf(row({ lost: { base: 0, present: 3 } }))).toContain('3 of the present daemon had no answer');
    expect(faultOf(row({ lost: { base: 2, present: 0 } }))).toContain('2 readings of the base');
  });

  it('fails where nothing was measured', () => {
    expect(faultOf(row({ base: [0], present: [0] }))).toContain('NaN');
  });
});

describe('cellsOf', () => {
  it('gives a cell for each column', () => {
    const cells = cellsOf(row({ present: [20, 40, 60] }));

    expect(cells).toEqual(['last value', '20.0 (10.0 … 30.0)', '40.0 (20.0 … 60.0)', '2.00', '5.0', '0.13']);
    expect(cells).toHaveLength(COLUMNS.length);
  });
});
