import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { type HorizonScore, ReplayScore } from '../../../src/tools/replay/replayScore.ts';
import { forecastOf } from '../../pipeline/samples.ts';

const HORIZONS = [
  { label: '1', steps: 1 },
  { label: '3x', steps: 3 },
] as const;

const number = fc.integer({ min: -9, max: 9 });
/** A reading with the errors and half widths of its forecasts; null: missing, or without interval yet. */
const row = fc.record({
  value: fc.option(number, { nil: null, freq: 5 }),
  means: fc.tuple(number, number),
  half: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null, freq: 5 }),
});

function scoresOf(forecasts: readonly Forecast[]): readonly HorizonScore[] {
  const score = new ReplayScore();
  for (const forecast of forecasts) score.add(forecast);
  return score.scores();
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** By the definition, with the whole series at hand: each forecast that was made at a reading against the one h rows later. */
function naiveScore(forecasts: readonly Forecast[], k: number): Omit<HorizonScore, 'rmse' | 'width' | 'experts'> {
  const { label, steps } = HORIZONS[k] as (typeof HORIZONS)[number];
  const pairs = forecasts.flatMap(({ value, horizons }, t) => {
    const target = forecasts[t + steps]?.value ?? null;
    const issued = horizons[k];
    return value === null || target === null || issued === undefined ? [] : [{ value, target, issued }];
  });
  const mae = mean(pairs.map(({ issued, target }) => Math.abs(issued.mean - target)));
  const maeLastValue = mean(pairs.map(({ value, target }) => Math.abs(value - target)));
  const hits = pairs
    .filter(({ issued }) => issued.lower !== null)
    .map(({ issued, target }) => (target >= (issued.lower as number) && target <= (issued.upper as number) ? 1 : 0));
  const isScored = mae !== null && maeLastValue !== null;
  const gainOverLastValue = !isScored ? null : maeLastValue === 0 ? 0 : 1 - mae / maeLastValue;
  return { horizon: label, forecasts: pairs.length, mae, maeLastValue, gainOverLastValue, coverage: mean(hits) };
}

test('scores as the definition does', () => {
  void fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const forecasts = rows.map(({ value, means, half }, t) =>
        forecastOf('a', t, {
          value,
          horizons: HORIZONS.map((horizon, k) => {
            const centre = means[k] as number;
            const bounds =
              half === null ? { lower: null, upper: null } : { lower: centre - half, upper: centre + half };
            return { horizon, mean: centre, ...bounds };
          }),
        }),
      );
      const scores = scoresOf(forecasts);
      expect(scores).toHaveLength(HORIZONS.length);
      for (const [k, score] of scores.entries()) {
        const naive = naiveScore(forecasts, k);
        expect([score.horizon, score.forecasts]).toEqual([naive.horizon, naive.forecasts]);
        for (const figure of ['mae', 'maeLastValue', 'gainOverLastValue', 'coverage'] as const) {
          const expected = naive[figure];
          if (expected === null) expect(score[figure]).toBeNull();
          else expect(score[figure]).toBeCloseTo(expected, 9);
        }
      }
    }),
  );
});

test('a perfect forecast gains 1 over the last value, the last value 0', () => {
  const issue = (mean: number) => [{ horizon: HORIZONS[0], mean, lower: null, upper: null }];
  const values = [1, 4, 2, 7];
  const perfect = values.map((value, t) => forecastOf('a', t, { value, horizons: issue(values[t + 1] ?? 0) }));
  expect(scoresOf(perfect)[0]).toMatchObject({ forecasts: 3, mae: 0, gainOverLastValue: 1, coverage: null });
  const lazy = values.map((value, t) => forecastOf('a', t, { value, horizons: issue(value) }));
  expect(scoresOf(lazy)[0]).toMatchObject({ mae: 10 / 3, maeLastValue: 10 / 3, gainOverLastValue: 0 });
});

test('knows nothing before the first forecast is due', () => {
  expect(scoresOf([])).toEqual([]);
  const [score] = scoresOf([forecastOf('a', 0, { horizons: [{ horizon: HORIZONS[0], mean: 1, lower: 0, upper: 2 }] })]);
  expect(score).toEqual({
    horizon: '1',
    forecasts: 0,
    mae: null,
    rmse: null,
    maeLastValue: null,
    gainOverLastValue: null,
    coverage: null,
    width: null,
    experts: [],
  });
});

test('gives root of the mean square, width of the interval, and the error of each expert alone', () => {
  const score = new ReplayScore();
  const issue = (mean: number) => [{ horizon: HORIZONS[0], mean, lower: mean - 1, upper: mean + 2 }];
  const experts = [
    { name: 'last_value', isBaseline: true },
    { name: 'lstm_direct', isBaseline: false },
  ] as const;
  [1, 2, 5].forEach((value, t) => {
    const matured = [Float64Array.of(value - 1, t === 1 ? Number.NaN : value + 3)];
    score.add(forecastOf('a', t, { value, horizons: issue(value) }), { experts, matured });
  });
  expect(score.scores()[0]).toMatchObject({
    rmse: Math.sqrt((1 + 9) / 2),
    width: 3,
    experts: [
      { expert: 'last_value', isBaseline: true, mae: 1 },
      { expert: 'lstm_direct', isBaseline: false, mae: 3 },
    ],
  });
});
