import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/domain/effort.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { expectSameBytes } from '../support/expectSameBytes.ts';
import { KERNELS } from '../support/kernels.ts';
import { learnerSettings, noisySine, toHorizons, toSteps } from '../support/series.ts';

const kernel = (KERNELS.find(({ name }) => name === 'simd') ?? KERNELS[0])!.create();
const SETTINGS = learnerSettings({ horizons: toHorizons(1, 4), minSamples: 100 });
const ROWS = 3000;
const STEPS = toSteps(noisySine(ROWS, 3, { noise: 0.4 }));

interface Life {
  readonly learner: StreamLearner;
  readonly forecasts: readonly Forecast[];
}

function live(effortAt: (row: number) => Effort | undefined, rows = ROWS): Life {
  const learner = new StreamLearner(kernel, SETTINGS);
  const forecasts = STEPS.slice(0, rows).map((step, row) => {
    const effort = effortAt(row);
    const forecast = learner.step(effort === undefined ? step : { ...step, effort }).toForecast();
    learner.learn();
    return forecast;
  });
  return { learner, forecasts };
}

/** Mean absolute error of the first horizon in the last `count` rows. */
function errorOf(forecasts: readonly Forecast[], count: number): number {
  let sum = 0;
  for (let row = ROWS - count; row < ROWS; row++) {
    sum += Math.abs((forecasts[row - 1]?.horizons[0]?.mean as number) - (STEPS[row]?.value as number));
  }
  return sum / count;
}

describe('the effort of a step', () => {
  it('is full where none is named', () => {
    const named = live(() => 0, 600);
    const unnamed = live(() => undefined, 600);
    expect(named.forecasts).toEqual(unnamed.forecasts);
    expectSameBytes(named.learner.snapshot(), unnamed.learner.snapshot());
  });

  it.each<Effort>([1, 2, 3, 4, 5])('%i makes no difference to the forecast of its own step', (effort) => {
    const { forecasts } = live((row) => (row === 499 ? effort : 0), 500);
    expect(forecasts).toEqual(live(() => 0, 500).forecasts);
  });

  it('gives the same numbers each time, through a snapshot too', () => {
    const pattern = (row: number): Effort => ((row * 7) % 6) as Effort;
    const whole = live(pattern, 900);
    const { learner } = live(pattern, 555);
    const copy = new StreamLearner(kernel, SETTINGS, learner.snapshot());
    for (let row = 555; row < 900; row++) copy.step({ ...STEPS[row]!, effort: pattern(row) });
    expectSameBytes(copy.snapshot(), whole.learner.snapshot());
  });

  it('of none leaves the networks as they are and lets everything else follow', () => {
    const before = live(() => 0, 1000).learner;
    const after = live((row) => (row < 1000 ? 0 : 5), 1600).learner;
    const weightsOf = (learner: StreamLearner, name: string): Float32Array => {
      let weights = new Float32Array(0);
      learner.exchange(collector(name, (array) => (weights = Float32Array.from(array))));
      return weights;
    };
    for (const name of ['lstm_direct', 'lstm_residual']) {
      expect(weightsOf(after, `panel.${name}.network.weights`)).toEqual(
        weightsOf(before, `panel.${name}.network.weights`),
      );
    }
    expect(weightsOf(after, 'panel.linear.model0.weights')).not.toEqual(
      weightsOf(before, 'panel.linear.model0.weights'),
    );
  });

  it('learns on soundly when it is full again after hours of none', () => {
    const paused = live((row) => (row >= 800 && row < 1800 ? 5 : 0));
    const always = live(() => 0);
    expect(errorOf(paused.forecasts, 600)).toBeLessThan(1.05 * errorOf(always.forecasts, 600));
  });
});

/** Hands one named array of a component out. */
function collector(
  wanted: string,
  take: (array: ArrayLike<number>) => void,
  prefix = '',
): Parameters<StreamLearner['exchange']>[0] {
  return {
    isRestoring: false,
    version: 3,
    number: (_, value) => value,
    array: (name, array) => {
      if (prefix + name === wanted) take(array);
    },
    has: () => false,
    leave: () => undefined,
    within: (name) => collector(wanted, take, `${prefix}${name}.`),
  };
}
