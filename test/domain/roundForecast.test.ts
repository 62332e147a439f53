import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Expectation } from '../../src/domain/forecast.ts';
import { grainOf, roundForecast } from '../../src/domain/roundForecast.ts';
import { forecastOf } from '../pipeline/samples.ts';

interface Sensor {
  readonly value: number | null;
  readonly resolution: number;
}

const round = ({ value, resolution }: Sensor, expectation: Expectation) =>
  roundForecast(expectation, grainOf(forecastOf('a', 0, { value, resolution })));
const around = (mean: number, half: number): Expectation => ({ mean, lower: mean - half, upper: mean + half });
/** The interval is as wide as the resolution at least. */
const mean = (sensor: Sensor, exact: number): number | null =>
  round(sensor, around(exact, Math.max(1, sensor.resolution / 2))).mean;
/** Decimals of the shortest text. */
const decimals = (value: number | null): number => /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;

describe('the mean', () => {
  it.each([
    ['a tenth of a degree: one decimal more', { value: 20.1, resolution: 0.1 }, 20.123456, 20.12],
    ['the same where the reading is round', { value: 20, resolution: 0.1 }, 20.123456, 20.12],
    ['the same where the smallest change is off by float64', { value: 20.3, resolution: 0.3 - 0.2 }, 20.123456, 20.12],
    ['the steps of a DS18B20', { value: 20.0625, resolution: 0.0625 }, 20.12345678, 20.123],
    ['steps of five that were large so far', { value: 310, resolution: 25 }, 335.2345, 335.2],
    ['a counter at 1e9', { value: 1_000_000_307, resolution: 1 }, 1_000_000_311.4567, 1_000_000_311.5],
    ['its large steps', { value: 1_000_000_307, resolution: 100 }, 1_000_000_407.4321, 1_000_000_407.4],
    ['a large offset', { value: 1_000_000_022.919, resolution: 0.001 }, 1_000_000_022.9187, 1_000_000_022.9187],
    ['its first reading', { value: 1_000_000_022.919, resolution: 0 }, 1_000_000_022.919, 1_000_000_022.919],
    ['a constant', { value: 21.3, resolution: 0 }, 21.299999999, 21.3],
    ['millimetres with steps of metres', { value: 12.345, resolution: 5 }, 12.34512, 12.3451],
    ['a current of nanoamperes', { value: 5.1e-9, resolution: 1e-10 }, 5.12345e-9, 5.12e-9],
    [
      'nothing that changes, after a printed float32',
      { value: 21.299999237060547, resolution: 0.1 },
      21.299999237060547,
      21.299999237060547,
    ],
    [
      'nothing that changes, after arithmetic',
      { value: 20.099999999999998, resolution: 0.1 },
      20.099999999999998,
      20.1,
    ],
    ['a change after a printed float32', { value: 21.299999237060547, resolution: 0.1 }, 21.312345, 21.31],
    ['decimals that come from arithmetic', { value: 20.099999999999998, resolution: 3.6e-15 }, 20.123456, 20.1],
    ['a reading far too small for decimals', { value: 5e-30, resolution: 1e-31 }, 5.123456789e-30, 5.123456789e-30],
    ['a reading far too large for them', { value: 1e300, resolution: 1e290 }, 1.2345678912345e300, 1.2345678912345e300],
    ['no reading, and nothing known', { value: null, resolution: 0 }, 1 / 3, 0.3],
  ])('of %s', (_, sensor, exact, published) => {
    expect(mean(sensor, exact)).toBe(published);
  });

  it('has nine digits where nothing tells how many count', () => {
    const alone = { mean: 1 / 3, lower: null, upper: null };
    expect(round({ value: null, resolution: 0 }, alone).mean).toBe(0.333333333);
    expect(round({ value: 0.1234567, resolution: 0 }, around(1 / 3, 0)).mean).toBe(0.333333333);
  });
});

const size = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: -9, max: 9 }))
  .map(([n, e]) => n * 10 ** e);
const sign = fc.constantFrom(1, -1);

/** A sensor that counts in steps of k·10^−d, a reading of it, and a forecast near it. */
const sensor = fc
  .record({
    places: fc.integer({ min: 0, max: 6 }),
    steps: fc.integer({ min: 1, max: 20 }),
    reading: fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
    off: fc.double({ min: -50, max: 50, noNaN: true }),
    half: fc.double({ min: 0.5, max: 500, noNaN: true }),
  })
  .map(({ places, steps, reading, off, half }) => {
    const resolution = steps / 10 ** places;
    const value = reading / 10 ** places;
    return { places, value, resolution, exact: around(value + off * resolution, half * resolution) };
  });

test('the mean is off by a twentieth of the resolution at most, and never by a unit', () => {
  void fc.assert(
    fc.property(sensor, ({ exact, ...from }) => {
      const off = Math.abs((round(from, exact).mean as number) - exact.mean);
      const least = Math.abs(exact.mean) * 2 ** -50;
      expect(off).toBeLessThanOrEqual(Math.min(from.resolution / 20, 0.5) * 1.002 + least);
    }),
    { numRuns: 2000 },
  );
});

test('no number has more than one decimal more than the sensor', () => {
  void fc.assert(
    fc.property(sensor, ({ exact, places, ...from }) => {
      for (const each of Object.values(round(from, exact))) expect(decimals(each)).toBeLessThanOrEqual(places + 1);
    }),
    { numRuns: 2000 },
  );
});

test('the bounds are as near, keep their order, and a reading of the sensor that was inside stays inside', () => {
  void fc.assert(
    fc.property(sensor, ({ exact, places, ...from }) => {
      const { mean: centre, lower, upper } = round(from, exact) as { mean: number; lower: number; upper: number };
      const bounds = [exact.lower as number, exact.upper as number] as const;
      const half = Math.min(from.resolution / 20, 0.5) * 1.002 + Math.abs(exact.mean) * 2 ** -49;
      expect(Math.abs(lower - bounds[0])).toBeLessThanOrEqual(half);
      expect(Math.abs(upper - bounds[1])).toBeLessThanOrEqual(half);
      expect(lower).toBeLessThanOrEqual(centre);
      expect(centre).toBeLessThanOrEqual(upper);
      const lowest = Math.ceil(bounds[0] * 10 ** places) / 10 ** places;
      const highest = Math.floor(bounds[1] * 10 ** places) / 10 ** places;
      for (const reading of [lowest, highest])
        if (reading >= bounds[0] && reading <= bounds[1]) expect(reading >= lower && reading <= upper).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a forecast that nothing changes is the reading, whatever its decimals, and between its bounds', () => {
  void fc.assert(
    fc.property(size, sign, fc.double({ min: 0.5, max: 50, noNaN: true }), fc.boolean(), (n, s, half, isPrinted) => {
      const value = s * (isPrinted ? Math.fround(n) : n);
      const resolution = Math.abs(value) / 100;
      const { mean: centre, lower, upper } = round({ value, resolution }, around(value, half * resolution));
      expect(Math.abs((centre as number) - value)).toBeLessThan(2.3e-13 * Math.abs(value));
      if (isPrinted && Math.fround(n) !== n) expect(centre).toBe(value);
      expect(lower).toBeLessThanOrEqual(centre as number);
      expect(upper).toBeGreaterThanOrEqual(centre as number);
    }),
    { numRuns: 1000 },
  );
});

test('what is published is the same when it is rounded again, and read from its text', () => {
  void fc.assert(
    fc.property(sensor, ({ exact, ...from }) => {
      const once = round(from, exact);
      expect(round(from, { ...exact, mean: once.mean as number }).mean).toBe(once.mean);
      for (const each of Object.values(once)) expect(JSON.parse(JSON.stringify(each))).toBe(each);
    }),
  );
});

test('any number of any sensor is finite, or null where it was not', () => {
  const any = fc.oneof(
    fc.double(),
    fc.tuple(size, sign).map(([n, s]) => n * s),
  );
  const resolution = fc.oneof(fc.constant(0), size, fc.double({ min: 0, noNaN: true }));
  void fc.assert(
    fc.property(fc.option(any), resolution, any, fc.option(any), fc.option(any), (value, grain, centre, low, high) => {
      const seen = round({ value, resolution: grain }, { mean: centre, lower: low, upper: high });
      expect(seen.mean === null).toBe(!Number.isFinite(centre));
      for (const [each, exact] of [
        [seen.lower, low],
        [seen.upper, high],
      ] as const)
        expect(each === null).toBe(exact === null || !Number.isFinite(exact));
      for (const each of Object.values(seen)) if (each !== null) expect(Number.isFinite(each)).toBe(true);
      if (seen.mean !== null && Math.abs(centre) >= 1) expect(Math.abs(seen.mean - centre)).toBeLessThanOrEqual(0.5);
    }),
    { numRuns: 3000 },
  );
});
