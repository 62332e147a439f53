import { expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { buildFeatures, featureCount } from '../../src/learner/features.ts';
import { LinearForecast } from '../../src/learner/linearForecast.ts';
import { NetworkInputs } from '../../src/learner/networkInputs.ts';
import { Observation } from '../../src/learner/observation.ts';
import { Seasons } from '../../src/learner/seasons.ts';
import { ReplayMemory } from '../../src/model/replayMemory.ts';
import { gridTimes, learnerSettings, noisySine } from '../support/series.ts';

const { inputs } = learnerSettings().model;
const HORIZONS = [1, 5];

function after(rows: number, seesLinear: boolean) {
  const row = new Observation(HORIZONS);
  const seasons = new Seasons(HORIZONS);
  const forecast = new LinearForecast(createPlainKernel(), inputs, HORIZONS, seasons);
  const linear = seesLinear ? forecast : undefined;
  const parts = { inputs, horizons: HORIZONS, exogenous: 0, seasons, linear };
  const memory = new ReplayMemory({ rows: 20, inputSize: NetworkInputs.sizeOf(parts), targetSize: 1, seed: 1 });
  const networkInputs = new NetworkInputs({ ...parts, memory });
  const times = gridTimes(rows);
  noisySine(rows).forEach((value, t) => {
    row.advance({ at: toEpochMs(times[t] as number), zoneOffset: toDurationMs(0), value });
    seasons.update(row);
    forecast.update(row);
    networkInputs.update(row);
  });
  return { row, seasons, forecast, memory, networkInputs };
}

it('are the features, and after them what the linear model expects to change, in the scale of each horizon', () => {
  const { row, seasons, forecast, networkInputs } = after(300, true);
  const D = featureCount(inputs, 2);
  const features = new Float32Array(D);
  buildFeatures(features, row, seasons, inputs, 2);
  expect(networkInputs.plainSize).toBe(D);
  expect(networkInputs.x.subarray(0, D)).toEqual(features);
  const expected = HORIZONS.map((_, k) => ((forecast.mean[k] as number) - row.value) / (row.scales[k] as number));
  expect([...networkInputs.x.subarray(D)]).toEqual(expected.map(Math.fround));
});

it('end with the features where no network sees the linear model', () => {
  expect(after(10, false).networkInputs.x).toHaveLength(featureCount(inputs, 2));
});

it('go into the memory row by row', () => {
  const { memory, networkInputs } = after(60, true);
  const inputSize = networkInputs.x.length;
  const window = memory.draw({ inputSize, outputSize: 1, firstTarget: 0, delay: 0 }, 0, 20);
  const newest = window?.x.subarray(19 * inputSize, 20 * inputSize);
  networkInputs.x.forEach((value, k) => {
    expect(newest?.[k]).toBeCloseTo(value, 2);
  });
});
