import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { LastRows } from '../../../src/outlets/page/lastRows.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';

const horizonsOf = (count: number): Forecast['horizons'] =>
  Array.from({ length: count }, (_, k) => ({
    horizon: { label: `h${k + 1}`, steps: k + 1 },
    mean: k,
    lower: k - 1,
    upper: k + 1,
  }));

const anyStep = fc.record({
  stream: fc.nat(200),
  isGone: fc.boolean(),
  value: fc.double({ noNaN: true }),
  anomaly: fc.boolean(),
  late: fc.boolean(),
  horizons: fc.integer({ min: 1, max: 6 }),
});

test('each stream has its own newest forecast, however many come, go and have longer ones', () => {
  void fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 300 }), (steps) => {
      const rows = new LastRows();
      const expected = new Map<string, { place: number; forecast: Forecast }>();
      for (const [at, { stream, isGone, value, anomaly, late, horizons }] of steps.entries()) {
        const name = `s${stream}`;
        const before = expected.get(name);
        if (isGone && before !== undefined) {
          rows.giveBack(before.place);
          expected.delete(name);
          continue;
        }
        const given = forecastOf(name, at, { value, anomaly, horizons: horizonsOf(horizons) });
        const forecast = late ? { ...given, late: true as const } : given;
        const place = before?.place ?? rows.take();
        if (before === undefined) expect(rows.read(place, idOf(name))).toBeUndefined();
        let hasFlipped = false;
        lend(forecast, (it) => {
          hasFlipped = rows.write(place, it);
        });
        expect(hasFlipped).toBe(before !== undefined && before.forecast.anomaly !== anomaly);
        expected.set(name, { place, forecast });
      }
      for (const [name, { place, forecast }] of expected) {
        expect(rows.read(place, idOf(name))?.toForecast()).toEqual(forecast);
        expect(rows.isAnomalous(place)).toBe(forecast.anomaly);
      }
      expect(new Set([...expected.values()].map(({ place }) => place)).size).toBe(expected.size);
    }),
  );
});
