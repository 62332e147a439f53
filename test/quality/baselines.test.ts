import { describe, expect, it } from 'vitest';
import { forecastBaselines } from './baselines.ts';
import { type CsvTable, filled, type Series, toSeries } from './csvSeries.ts';
import { pointFigures } from './forecastMetrics.ts';
import { madeTable } from './madeSeries.ts';

// Expectations, MAE and RMSE: independent implementations in Python with numpy, on the same series.

function figuresOf(series: Series, steps: number, seasons: object, skip: number): Record<string, number[]> {
  const values = filled(series.values);
  return Object.fromEntries(
    [...forecastBaselines(series, steps, seasons)].map(([name, mean]) => {
      const { mae, rmse, missing } = pointFigures(values, mean, steps, { skip });
      expect(missing).toBe(0);
      return [name, [mae, rmse]];
    }),
  );
}

const close = (expected: Record<string, readonly number[]>) =>
  Object.fromEntries(Object.entries(expected).map(([name, pair]) => [name, pair.map((x) => expect.closeTo(x, 9))]));

const table: CsvTable = madeTable(900);
const series = toSeries(table, 'value', 'time');

describe('forecastBaselines', () => {
  it('forecasts with the clock, and the values a day and a week ago', () => {
    expect(figuresOf(series, 3, { day: 24, week: 168 }, 200)).toEqual(
      close({
        lastValue: [11.410760401721664, 13.035284308973928],
        ar: [4.98603125677812, 6.292760935328147],
        day: [7.325681492109038, 11.243714647827872],
        week: [4.337446197991391, 5.467204951860941],
        seasonalAr: [3.9286056417129935, 4.870414637017652],
      }),
    );
  });

  it('leaves out a season that is shorter than the horizon', () => {
    expect(figuresOf(series, 30, { day: 24, week: 168 }, 300)).toEqual(
      close({
        lastValue: [20.896491228070175, 24.14273055386427],
        ar: [10.901076016770958, 13.595147716431716],
        week: [4.002807017543859, 5.09937388657546],
        seasonalAr: [7.833058897677868, 9.953652935430211],
      }),
    );
  });

  it('does without times and seasons', () => {
    expect(figuresOf(toSeries(table, 'value', undefined), 1, {}, 100)).toEqual(
      close({
        lastValue: [4.409762202753441, 5.928185154330963],
        ar: [3.6524531492644168, 4.626338527066348],
        seasonalAr: [3.6524531492644168, 4.626338527066348],
      }),
    );
  });

  it('never looks ahead', () => {
    const change = 500;
    const other = { ...series, values: series.values.map((value, row) => (row < change ? value : 1e6)) };
    const seasons = { day: 24, week: 168 };
    const after = forecastBaselines(other, 3, seasons);
    for (const [name, mean] of forecastBaselines(series, 3, seasons)) {
      expect(after.get(name)?.subarray(0, change), name).toEqual(mean.subarray(0, change));
    }
  });

  it('stays finite on a series that never changes', () => {
    const values = new Float64Array(300).fill(7);
    for (const mean of forecastBaselines({ values, clock: undefined }, 2, { day: 24 }).values())
      expect(mean[299]).toBeCloseTo(7, 9);
  });
});
