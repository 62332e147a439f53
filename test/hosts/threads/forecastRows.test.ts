import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { type KnownStream, readForecasts } from '../../../src/hosts/threads/forecastRows.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';
import { ANSWER, anyForecast, fullForecast } from '../../support/anyForecast.ts';
import { keeping } from '../../support/lent.ts';
import { rowsOf } from './rowsOf.ts';

/** Indexes are far apart: they count up over years. */
const STREAMS: readonly (KnownStream & { readonly index: number })[] = [
  { index: 0, id: idOf('one'), horizons: [{ label: '1', steps: 1 }] },
  { index: 4_000_000_000, id: idOf('none/yet'), horizons: [] },
  {
    index: 7,
    id: idOf('many/horizons'),
    horizons: [
      { label: '1', steps: 1 },
      { label: '15m', steps: 3 },
      { label: '1h', steps: 12 },
      { label: '288', steps: 288 },
    ],
  },
];
const indexOf = (id: string): number => STREAMS.find((stream) => stream.id === id)?.index as number;
const streamOf = (index: number): KnownStream | undefined => STREAMS.find((stream) => stream.index === index);

/** All forecasts of the rows, each a copy: the rows lend them. */
function forecastsOf(rows: Float64Array, start: number): Forecast[] {
  const forecasts: Forecast[] = [];
  readForecasts(
    rows,
    start,
    streamOf,
    keeping((forecast) => forecasts.push(forecast)),
  );
  return forecasts;
}

const forecast = anyForecast(...STREAMS);

describe('forecasts as rows', () => {
  it('come back as they were, to the last bit, whatever they hold', () => {
    void fc.assert(
      fc.property(
        fc.array(forecast, { maxLength: 8 }),
        fc.array(fc.double(), { maxLength: 3 }),
        (forecasts, heading) => {
          const rows = rowsOf(forecasts, indexOf, heading);
          // toEqual tells −0 from 0 and takes NaN for NaN.
          expect([...rows.subarray(0, heading.length)]).toEqual(heading);
          expect(forecastsOf(rows, heading.length)).toEqual(forecasts);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('have every field of the type: one that is added has to be added here', () => {
    const full = fullForecast('one');
    const [decoded] = forecastsOf(rowsOf([full], indexOf, []), 0);
    expect(Object.keys(decoded as Forecast).sort()).toEqual(Object.keys(full).sort());
  });

  it('take their horizons from what the receiver knows', () => {
    const { horizons } = STREAMS[2]!;
    const sent = horizons.map(({ steps }, k) => ({
      horizon: { label: 'another', steps },
      mean: k,
      lower: null,
      upper: null,
    }));
    const rows = rowsOf([forecastOf('many/horizons', 1, { horizons: sent })], indexOf, []);
    const [received] = forecastsOf(rows, 0);
    received?.horizons.forEach(({ horizon }, k) => {
      expect(horizon).toBe(horizons[k]);
    });
  });

  const rows = (change: (rows: Float64Array) => void, answer: Partial<Forecast> = {}): Float64Array => {
    const encoded = rowsOf([forecastOf('one', 1, answer)], indexOf, []);
    change(encoded);
    return encoded;
  };
  it.each([
    ['an unknown stream', rows((all) => all.fill(3, 0, 1))],
    ['more horizons than the stream has', rows((all) => all.fill(2, 4, 5))],
    ['a count that is none', rows((all) => all.fill(Number.NaN, 4, 5))],
    ['a count below zero', rows((all) => all.fill(-1, 4, 5))],
    ['a part of a row', rows(() => undefined).subarray(0, 10)],
    ['a horizon that is cut off', rows((all) => all.fill(1, 4, 5)).subarray(0, 17)],
    ['a class that there is not', rows((all) => all.fill(2, 17, 18), { classAnswer: ANSWER })],
    ['a class that is cut off', rows(() => undefined, { classAnswer: ANSWER }).subarray(0, -1)],
  ])('are refused with %s', (_, wrong) => {
    expect(() => forecastsOf(wrong, 0)).toThrow(RangeError);
  });
});
