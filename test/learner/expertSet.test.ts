import { describe, expect, it } from 'vitest';
import { EXPERT_NAMES, type ExpertName } from '../../src/domain/expertName.ts';
import type { ModelSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import type { NetShape } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { ExpertSet } from '../../src/learner/expertSet.ts';
import { featureCount } from '../../src/learner/features.ts';
import { Observation } from '../../src/learner/observation.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { createCountingKernel } from '../support/countingKernel.ts';
import { gridTimes, learnerSettings, noisySine, toHorizons } from '../support/series.ts';

const settingsOf = (model: Partial<ModelSettings>, ...steps: number[]) =>
  learnerSettings({ horizons: toHorizons(...(steps.length > 0 ? steps : [1])), model });

it.each([EXPERT_NAMES, EXPERT_NAMES.toReversed(), EXPERT_NAMES.slice(0, 1)])(
  'makes the experts that are named, in their order: %s',
  (...names) => {
    const { experts } = new ExpertSet(createPlainKernel(), settingsOf({ experts: names }));
    expect(experts.map(({ name }) => name)).toEqual(names);
  },
);

it('leaves nothing behind in the kernel where a later one cannot be made', () => {
  const kernel = createCountingKernel(1);
  expect(() => new ExpertSet(kernel, settingsOf({}))).toThrow('full');
  expect([kernel.made, kernel.alive]).toEqual([1, 0]);
});

it('makes none that is not named', () => {
  expect(new ExpertSet(createPlainKernel(), settingsOf({ experts: [] })).experts).toEqual([]);
});

it('knows the baselines from the networks', () => {
  const { experts } = new ExpertSet(createPlainKernel(), settingsOf({ experts: EXPERT_NAMES }));
  const networks = experts.filter(({ isBaseline }) => !isBaseline).map(({ name }) => name);
  expect(networks).toEqual(['lstm_residual', 'lstm_direct']);
});

describe('the kernel is asked for', () => {
  function asked(model: Partial<ModelSettings>, ...steps: number[]) {
    const kernel = createPlainKernel();
    const nets: NetShape[] = [];
    let linearModels = 0;
    const panel = new ExpertSet(
      {
        ...kernel,
        createNet(shape) {
          nets.push(shape);
          return kernel.createNet(shape);
        },
        createLinearModel(size) {
          linearModels++;
          return kernel.createLinearModel(size);
        },
      },
      settingsOf(model, ...steps),
    );
    panel.free();
    return { inputs: nets.map(({ inputSize }) => inputSize), linearModels, left: kernel.usedBytes };
  }
  const { inputs } = learnerSettings().model;
  const D = featureCount(inputs, 1);

  it.each<[ExpertName[], boolean, number[], number]>([
    [['last_value', 'seasonal_day', 'seasonal_week'], true, [], 0],
    [['linear'], true, [], 1],
    [['lstm_direct'], false, [D], 0],
    [['lstm_direct'], true, [D + 1], 1],
    [['lstm_residual'], false, [D + 1], 1],
    [['last_value', 'linear', 'lstm_residual', 'lstm_direct'], false, [D + 1, D], 1],
    [['lstm_direct', 'lstm_residual'], true, [D + 1, D + 1], 1],
  ])('what %j need, with the linear forecast as input %j', (experts, linear, sizes, linearModels) => {
    const needed = { inputs: sizes, linearModels, left: 0 };
    expect(asked({ experts, inputs: { ...inputs, linear } })).toEqual(needed);
  });

  it('one linear model and one input for it per horizon', () => {
    const size = featureCount(inputs, 3) + 3;
    expect(asked({ experts: ['lstm_residual'] }, 1, 2, 9)).toEqual({ inputs: [size], linearModels: 3, left: 0 });
  });
});

describe('the rows to learn again', () => {
  const bytesOf = (model: Partial<ModelSettings>): number =>
    saveSnapshot(new ExpertSet(createPlainKernel(), settingsOf(model)), '').length;

  it('are kept once for both networks', () => {
    const one = bytesOf({ experts: ['lstm_direct'] }) - bytesOf({ experts: ['lstm_direct'], replay: 0 });
    const both: readonly ExpertName[] = ['lstm_residual', 'lstm_direct'];
    const two = bytesOf({ experts: both }) - bytesOf({ experts: both, replay: 0 });
    const D = featureCount(learnerSettings().model.inputs, 1);
    expect(one).toBeGreaterThan(2000 * (D + 1));
    expect(one).toBeLessThan(2000 * (D + 1) + 300);
    // But for how their names are written.
    expect(Math.abs(two - one - 2000 * 2)).toBeLessThan(20);
  });

  it('are not kept where no network learns', () => {
    expect(bytesOf({ experts: ['linear'] })).toBe(bytesOf({ experts: ['linear'], replay: 0 }));
  });

  /** The forecasts of each expert after 300 rows. */
  function forecastsOf(model: Partial<ModelSettings>): Record<string, number> {
    const panel = new ExpertSet(createPlainKernel(), settingsOf(model));
    const row = new Observation([1]);
    const forecast = new Float64Array(1);
    const last: Record<string, number> = {};
    const times = gridTimes(300);
    noisySine(300).forEach((value, t) => {
      row.advance({ at: toEpochMs(times[t] as number), zoneOffset: toDurationMs(0), value });
      panel.update(row);
      for (const expert of panel.experts) {
        expert.observe(row);
        expert.predict(forecast, row);
        last[expert.name] = forecast[0] as number;
      }
      for (const expert of panel.experts) expert.learn();
    });
    return last;
  }

  it('change what the networks learn, and with the number of windows what they learn more', () => {
    const [none, one, three] = [0, 1, 3].map((replay) => forecastsOf({ replay }));
    expect(one?.['lstm_direct']).not.toBe(none?.['lstm_direct']);
    expect(one?.['lstm_residual']).not.toBe(none?.['lstm_residual']);
    expect(three?.['lstm_direct']).not.toBe(one?.['lstm_direct']);
    expect(one?.['linear']).toBe(none?.['linear']);
  });

  it.each(EXPERT_NAMES)('are the same for %s alone as among all: what it reads of the past is looked up', (name) => {
    for (const inputs of [
      { calendar: true, dayLag: true, weekLag: true },
      { calendar: false, dayLag: false, weekLag: false },
    ]) {
      const model = { replay: 0, inputs: { lags: 2, linear: true, ...inputs } };
      const among = forecastsOf({ ...model, experts: EXPERT_NAMES })[name];
      expect(forecastsOf({ ...model, experts: [name] })[name]).toBe(among);
      expect(among).not.toBeNaN();
    }
  });

  it('do not reach from one network to the other where none are kept', () => {
    const both = forecastsOf({ replay: 0, experts: ['lstm_residual', 'lstm_direct'] });
    expect(forecastsOf({ replay: 0, experts: ['lstm_direct'] })['lstm_direct']).toBe(both['lstm_direct']);
    expect(forecastsOf({ replay: 0, experts: ['lstm_residual'] })['lstm_residual']).toBe(both['lstm_residual']);
  });
});
