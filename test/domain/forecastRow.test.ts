import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import { forecastOf, idOf } from '../pipeline/samples.ts';
import { anyForecast, fullForecast } from '../support/anyForecast.ts';
import { lend } from '../support/lent.ts';

const horizonsOf = (...steps: readonly number[]) => steps.map((count) => ({ label: String(count), steps: count }));
const forecast = anyForecast(
  { id: idOf('one'), horizons: horizonsOf(1) },
  { id: idOf('none/yet'), horizons: [] },
  { id: idOf('many'), horizons: horizonsOf(1, 3, 12, 288) },
);

test('a row gives back what was written last, to the last bit, whatever it held', () => {
  const row = new ForecastRow();
  const copy = new ForecastRow();
  void fc.assert(
    fc.property(forecast, (one) => {
      // toEqual tells −0 from 0.
      expect(row.write(one).toForecast()).toEqual(one);
      expect(copy.copyFrom(row).toForecast()).toEqual(one);
      expect(copy.at).toBe(one.at);
    }),
    { numRuns: 500 },
  );
});

test('a row has every field of a forecast: one that is added has to be added there', () => {
  const full = fullForecast('one');
  expect(Object.keys(new ForecastRow().write(full).toForecast()).sort()).toEqual(Object.keys(full).sort());
});

test('a copy stays as it is when the row gets its next forecast', () => {
  const row = new ForecastRow().write(forecastOf('a', 1, { value: 20 }));
  const kept = row.toForecast();
  const copy = new ForecastRow().copyFrom(row);
  row.write(forecastOf('b', 2, { value: 30 }));
  expect([kept, copy.toForecast()]).toEqual(Array(2).fill(forecastOf('a', 1, { value: 20 })));
});

test('whoever holds on to a forecast that a test has lent fails', () => {
  let held: Parameters<Parameters<typeof lend>[1]>[0] | undefined;
  let numbers: Float64Array = new Float64Array(0);
  lend(forecastOf('a', 1), (row) => {
    held = row;
    numbers = row.numbers;
    expect([row.stream, row.at]).toEqual(['a', 1]);
  });
  expect(() => held?.at).toThrow(TypeError);
  expect(() => held?.toForecast()).toThrow(TypeError);
  expect(numbers.every(Number.isNaN)).toBe(true);
});
