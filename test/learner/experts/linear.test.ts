import { describe, expect, it } from 'vitest';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { expertContract } from '../../contract/expertContract.ts';
import { alone } from '../../support/alone.ts';
import { learnerSettings, toHorizons } from '../../support/series.ts';

const INPUTS = learnerSettings().model.inputs;

describe.each([
  ['all inputs', INPUTS],
  ['lags alone', { ...INPUTS, calendar: false, dayLag: false, weekLag: false }],
])('as any expert, with %s', (_, inputs) => {
  expertContract((horizons) =>
    alone(
      createPlainKernel(),
      learnerSettings({ horizons: toHorizons(...horizons), model: { experts: ['linear'], inputs } }),
    ),
  );
});

it('is a baseline', () => {
  const settings = learnerSettings({ model: { experts: ['linear'] } });
  const { name, isBaseline, isHealthy } = alone(createPlainKernel(), settings);
  expect({ name, isBaseline, isHealthy }).toEqual({ name: 'linear', isBaseline: true, isHealthy: true });
});
