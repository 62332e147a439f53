import { describe, expect, it } from 'vitest';
import { filled, toSeries } from './csvSeries.ts';
import { intervalFigures, pointFigures } from './forecastMetrics.ts';
import { madeForecast, madeTable } from './madeSeries.ts';

// Expectations of the made series: an independent program in Python with numpy.

const { values } = toSeries(madeTable(900), 'value', undefined);

describe('pointFigures', () => {
  it('leaves out targets that are missing and counts forecasts that are', () => {
    const found = pointFigures(values, madeForecast(values).mean, 3, { skip: 100, end: 800 });
    expect(found).toEqual({
      rows: 669,
      missing: 15,
      mae: expect.closeTo(12.795926756352765, 9),
      rmse: expect.closeTo(14.626342866306342, 9),
      mape: expect.closeTo(0.15849473534143907, 12),
      nrmse: expect.closeTo(0.8250694984403179, 12),
    });
  });

  it('scores what was said at a row against the row `steps` later', () => {
    const found = pointFigures(Float64Array.of(1, 2, 4, 8), Float64Array.of(4, 8, 0, 0), 2, { skip: 0 });
    expect(found).toMatchObject({ rows: 2, mae: 0, rmse: 0, mape: 0 });
  });
});

describe('intervalFigures', () => {
  it('gives coverage overall and of the rows that changed, and the width', () => {
    const whole = filled(values);
    expect(intervalFigures(whole, madeForecast(whole), 1, { skip: 0 })).toEqual({
      withoutInterval: 2,
      coverage: expect.closeTo(0.6164994425863991, 12),
      coverageChanged: expect.closeTo(0.5321477428180574, 12),
      unchanged: expect.closeTo(1 - 0.8149386845039019, 12),
      width: expect.closeTo(13.997770345596432, 9),
      widthInPersistence: expect.closeTo(3.1346898015229057, 9),
    });
  });

  it('counts a target on the edge as inside', () => {
    const interval = { lower: Float64Array.of(1, 1, 1), upper: Float64Array.of(2, 2, 2) };
    expect(intervalFigures(Float64Array.of(0, 1, 2), interval, 1, { skip: 0 }).coverage).toBe(1);
  });

  it('takes rows that never change for covered where none does', () => {
    const interval = { lower: Float64Array.of(2, 2), upper: Float64Array.of(3, 3) };
    expect(intervalFigures(Float64Array.of(1, 1), interval, 1, { skip: 0 })).toMatchObject({
      coverage: 0,
      coverageChanged: 1,
      unchanged: 1,
    });
  });
});
