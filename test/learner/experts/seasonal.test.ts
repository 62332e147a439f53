import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { Observation } from '../../../src/learner/observation.ts';
import { expertContract } from '../../contract/expertContract.ts';
import { alone } from '../../support/alone.ts';
import { gridTimes, learnerSettings, MINUTE, toHorizons } from '../../support/series.ts';

const seasonal = (name: 'seasonal_day' | 'seasonal_week', horizons: readonly number[]) =>
  alone(createPlainKernel(), learnerSettings({ horizons: toHorizons(...horizons), model: { experts: [name] } }));

describe.each(['seasonal_day', 'seasonal_week'] as const)('as any expert: %s', (name) => {
  expertContract((horizons) => seasonal(name, horizons));
});

it.each([
  ['seasonal_day', 96],
  ['seasonal_week', 672],
] as const)(
  '%s repeats what was read a season before the moment that is forecast, else the last value',
  (name, rows) => {
    const horizons = [1, 5];
    const expert = seasonal(name, horizons);
    const row = new Observation(horizons);
    gridTimes(rows + 50, 15 * MINUTE).forEach((at, t) => {
      row.advance({ at: toEpochMs(at), zoneOffset: toDurationMs(0), value: 3 * t });
      const forecast = new Float64Array(2);
      expert.observe(row);
      expert.predict(forecast, row);
      // One step before the first row the nearest one is that row.
      const expected = horizons.map((h) => (t + h < rows - 1 ? 3 * t : 3 * Math.max(t + h - rows, 0)));
      expect([...forecast]).toEqual(expected);
    });
    expect(expert.isBaseline).toBe(true);
  },
);
