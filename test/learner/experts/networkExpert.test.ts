import { describe, expect, it } from 'vitest';
import type { ModelSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import type { Kernel, Net } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import type { Expert } from '../../../src/learner/experts/expert.ts';
import { featureCount } from '../../../src/learner/features.ts';
import { Observation } from '../../../src/learner/observation.ts';
import { restoreSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../../src/model/saveSnapshot.ts';
import { expertContract } from '../../contract/expertContract.ts';
import { alone } from '../../support/alone.ts';
import { KERNELS } from '../../support/kernels.ts';
import { gridTimes, learnerSettings, noisySine, randomWalk, toHorizons, withGap } from '../../support/series.ts';

const MODEL: ModelSettings = learnerSettings({ model: { experts: ['lstm_direct'] } }).model;

/** Ten times as fast where it runs: the contract asks for many thousand rows. */
const fastKernel = KERNELS.find(({ name }) => name === 'simd')?.create() ?? createPlainKernel();

const direct = (kernel: Kernel, model: ModelSettings, horizons: readonly number[]): Expert =>
  alone(kernel, learnerSettings({ horizons: toHorizons(...horizons), model }));

describe.each<[string, Partial<ModelSettings>]>([
  ['an LSTM', {}],
  ['a plain recurrent cell', { cell: 'rnn' }],
  ['a window shorter than the horizon', { bptt: { every: 3, window: 4 } }],
  [
    'no inputs but level and change',
    { inputs: { ...MODEL.inputs, lags: 0, calendar: false, dayLag: false, weekLag: false } },
  ],
  ['the linear forecast as input', { inputs: { ...MODEL.inputs, linear: true } }],
  ['the linear model to correct', { experts: ['lstm_residual'] }],
  ['nothing to learn again', { replay: 0 }],
])('as any expert, with %s', (_, model) => {
  expertContract((horizons) => direct(fastKernel, { ...MODEL, ...model }, horizons));
});

interface Target {
  readonly step: number;
  readonly age: number;
  readonly output: number;
  readonly value: number;
}

/** The real kernel, with the targets noted and the answers replaced where the test wants it. */
function watched(targets: Target[], answer?: (step: number) => number): Kernel {
  const kernel = createPlainKernel();
  let steps = 0;
  const watch = (net: Net): Net => ({
    shape: net.shape,
    loss: 0,
    gradientNorm: 0,
    step(y, x) {
      net.step(y, x);
      if (answer !== undefined) y.fill(answer(steps));
      steps++;
    },
    setTarget(age, output, value) {
      targets.push({ step: steps - 1 - age, age, output, value });
      return net.setTarget(age, output, value);
    },
    learn: (rows, options) => net.learn(rows, options),
    replay: (window, options) => net.replay(window, options),
    copyOut: () => net.copyOut(),
    copyIn: (block) => net.copyIn(block),
    copyState: (h, c) => net.copyState(h, c),
    resetState: () => net.resetState(),
    save: () => net.save(),
    load: (state) => net.load(state),
    free: () => net.free(),
  });
  return { ...kernel, createNet: (shape) => watch(kernel.createNet(shape)) };
}

/** Each row's forecasts (K) and scales (K). */
function run(expert: Expert, values: readonly number[], horizons: readonly number[]) {
  const row = new Observation(horizons);
  const times = gridTimes(values.length);
  return values.map((value, t) => {
    row.advance({ at: toEpochMs(times[t] as number), zoneOffset: toDurationMs(0), value });
    const forecast = new Float64Array(horizons.length);
    expert.observe(row);
    expert.predict(forecast, row);
    expert.learn();
    return { value: row.value, isReading: row.isReading, forecast, scales: Float64Array.from(row.scales) };
  });
}

const HORIZONS = [1, 3, 8];

describe('its targets', () => {
  it('are the changes over each horizon, in the scale that held when the forecast was made', () => {
    const targets: Target[] = [];
    const rows = run(direct(watched(targets), MODEL, HORIZONS), noisySine(120), HORIZONS);
    expect(targets).toHaveLength(119 + 117 + 112);
    for (const { step, output, value } of targets) {
      const from = rows[step];
      const to = rows[step + (HORIZONS[output] as number)];
      const change = (to?.value ?? Number.NaN) - (from?.value ?? Number.NaN);
      // The first rows have no scale of a change yet.
      const target = change / (from?.scales[output] ?? Number.NaN);
      expect(value).toBeCloseTo(Math.max(-1e6, Math.min(target, 1e6)), 9);
    }
  });

  it('reach the network before its next step, and only once they have arrived', () => {
    const targets: Target[] = [];
    run(direct(watched(targets), MODEL, HORIZONS), noisySine(120), HORIZONS);
    for (const { age, output } of targets) expect(age).toBe((HORIZONS[output] as number) - 1);
  });

  it('do not arrive with a row that has no reading', () => {
    const targets: Target[] = [];
    run(direct(watched(targets), MODEL, [1]), withGap(noisySine(50), 20, 5), [1]);
    const steps = targets.map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 49 }, (_, t) => t).filter((t) => t < 19 || t > 23));
  });

  it('stay finite where a constant suddenly moves', () => {
    const targets: Target[] = [];
    const values = [...new Array<number>(20).fill(7), 1e9];
    run(direct(watched(targets), MODEL, [1]), values, [1]);
    expect(targets.at(-1)?.value).toBe(1e6);
  });
});

describe('its forecast', () => {
  it('is the last value plus what the network says, in the scale of each horizon, at most eight times that', () => {
    const answers = (step: number): number => [0.5, -2, 100, -100][step % 4] as number;
    const limited = (step: number): number => [0.5, -2, 8, -8][step % 4] as number;
    const rows = run(direct(watched([], answers), MODEL, HORIZONS), noisySine(80), HORIZONS);
    rows.forEach(({ value, forecast, scales }, step) => {
      forecast.forEach((mean, k) => {
        expect(mean).toBeCloseTo(value + limited(step) * (scales[k] as number), 9);
      });
    });
  });

  it('becomes clearly better than the last value on a noisy sine', () => {
    const values = noisySine(4000);
    const rows = run(direct(createPlainKernel(), MODEL, [1]), values, [1]);
    let own = 0;
    let last = 0;
    for (let t = 2000; t < 3999; t++) {
      const next = values[t + 1] as number;
      own += Math.abs((rows[t]?.forecast[0] as number) - next);
      last += Math.abs((values[t] as number) - next);
    }
    expect(own / last).toBeLessThan(0.85);
  });
});

describe('a network whose output is not finite', () => {
  it('leaves that row to the last value, and goes on at the next', () => {
    const expert = direct(
      watched([], (step) => (step === 30 ? Number.NaN : 0.5)),
      MODEL,
      [1, 5],
    );
    const rows = run(expert, randomWalk(60), [1, 5]);
    expect(expert.isHealthy).toBe(true);
    rows.forEach(({ value, forecast }, t) => {
      if (t === 30) expect([...forecast]).toEqual([value, value]);
      else expect(forecast[0]).not.toBe(value);
    });
  });

  it('again and again is frozen, and still is after a restart', () => {
    const expert = direct(
      watched([], (step) => (step >= 30 ? Number.NaN : 0.5)),
      MODEL,
      [1],
    );
    const rows = run(expert, randomWalk(40), [1]);
    expect(expert.isHealthy).toBe(false);
    expect(rows.slice(30).map(({ forecast }) => forecast[0])).toEqual(rows.slice(30).map(({ value }) => value));
    const copy = direct(createPlainKernel(), MODEL, [1]);
    restoreSnapshot(copy, saveSnapshot(expert, ''), '');
    expect(copy.isHealthy).toBe(false);
  });
});

it('asks the kernel for one head row per horizon', () => {
  const shapes: unknown[] = [];
  const kernel = createPlainKernel();
  const noting: Kernel = {
    ...kernel,
    createNet(shape) {
      shapes.push(shape);
      return kernel.createNet(shape);
    },
  };
  direct(noting, { ...MODEL, cell: 'rnn' }, [1, 40]);
  const inputSize = featureCount(MODEL.inputs, 2);
  expect(shapes).toEqual([{ cell: 'rnn', inputSize, hiddenSize: 8, outputSize: 2, rows: 32, keepsActivations: false }]);
});

it.each<Partial<ModelSettings>>([
  { seed: 2 },
  { learningRate: 0.01 },
  { bptt: { every: 2, window: 16 } },
  { replay: 0 },
  { replay: 5 },
])('follows its settings: %o', (model) => {
  const values = noisySine(60);
  const usual = run(direct(createPlainKernel(), MODEL, [1]), values, [1]);
  const other = run(direct(createPlainKernel(), { ...MODEL, ...model }, [1]), values, [1]);
  expect(other.at(-1)?.forecast).not.toEqual(usual.at(-1)?.forecast);
});

it('says what the kernel cannot hold', () => {
  expect(() => direct(createPlainKernel(), { ...MODEL, hidden: 100_000 }, [1])).toThrow(RangeError);
});
