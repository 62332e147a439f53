import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/sample.ts';
import type { LearnerSettings, ModelSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import type { Kernel, Net, NetShape } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import type { Learner } from '../../src/learner/learner.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { SnapshotError } from '../../src/model/snapshotFormat.ts';
import { type LearnerSubject, learnerContract } from '../contract/learnerContract.ts';
import { createCountingKernel } from '../support/countingKernel.ts';
import { KERNELS } from '../support/kernels.ts';
import { rounds } from '../support/rounds.ts';
import {
  gridTimes,
  learnerSettings,
  MINUTE,
  makeSeries,
  noisySine,
  normal,
  toHorizons,
  toSteps,
} from '../support/series.ts';
import { makeSettings, type SettingsOverrides } from '../support/settings.ts';

const TWO: Partial<ModelSettings> = { experts: ['last_value', 'lstm_direct'] };

/** Ten times as fast where it runs: the contract asks for many thousand rows. */
const fastKernel = KERNELS.find(({ name }) => name === 'simd')?.create() ?? createPlainKernel();

function subjectOf(overrides: SettingsOverrides, kernel: Kernel): LearnerSubject {
  const settings = learnerSettings(overrides);
  const { experts, bptt } = settings.model;
  return {
    create: (snapshot) => new StreamLearner(kernel, settings, snapshot),
    horizons: settings.horizons.map(({ steps }) => steps),
    every: bptt.every,
    canLearn: experts.some((name) => name === 'linear' || name.startsWith('lstm_')),
    isGuarded: experts.includes('last_value'),
  };
}

describe.each<[string, SettingsOverrides]>([
  ['all four experts', {}],
  ['a plain recurrent cell', { model: { cell: 'rnn' } }],
  ['two horizons', { horizons: toHorizons(1, 5) }],
  ['no rows to learn again', { model: { replay: 0 } }],
  ['the network alone', { model: { experts: ['lstm_direct'] } }],
  ['the last value alone', { model: { experts: ['last_value'] } }],
])('as any learner: %s', (_, overrides) => {
  learnerContract(subjectOf(overrides, fastKernel));
});

describe('as any learner, on the plain kernel', () => {
  // Replays are the business of the contract of kernels, and cost the most here.
  learnerContract(subjectOf({ model: { ...TWO, ...rounds({ hidden: 4, replay: 0 }, {}) } }, createPlainKernel()));
});

/**
 * Possible other fields of a message: one that moves with the value, one that often is missing, and one that never is a
 * number that can be used.
 */
function othersOf({ at, value }: Step): readonly number[] {
  const minute = at / 60_000;
  return [3 * value - 5, minute % 7 < 3 ? Number.NaN : (minute * 7919) % 101, minute % 2 === 0 ? 1e300 : Number.NaN];
}

/** A learner that finds these in every step. */
function amongOthers(learner: Learner): Learner {
  return {
    prefetch: (turns) => learner.prefetch(turns),
    step: (step, row) => learner.step({ ...step, inputs: othersOf(step) }, row),
    learn: () => learner.learn(),
    instruct: (input) => learner.instruct(input),
    inspect: () => learner.inspect(),
    snapshot: () => learner.snapshot(),
    free: () => learner.free(),
  };
}

describe('as any learner: with other fields of the message', () => {
  const subject = subjectOf({ exogenous: 3, horizons: toHorizons(1, 5) }, fastKernel);
  learnerContract({ ...subject, create: (snapshot) => amongOthers(subject.create(snapshot)) });
});

const [PROBE] = toSteps([20]) as [Step];

const learnerOf = (settings: LearnerSettings, snapshot?: Uint8Array): StreamLearner =>
  new StreamLearner(createPlainKernel(), settings, snapshot);

function live(learner: StreamLearner, values: readonly number[]): void {
  for (const step of toSteps(values)) {
    learner.step(step);
    learner.learn();
  }
}

describe('its snapshot', () => {
  const saved = ((): Uint8Array => {
    const learner = learnerOf(learnerSettings());
    live(learner, noisySine(300));
    return learner.snapshot();
  })();

  it.each<[string, SettingsOverrides]>([
    ['horizons', { horizons: toHorizons(2) }],
    ['more horizons', { horizons: toHorizons(1, 2) }],
    ['cell', { model: { cell: 'rnn' } }],
    ['units', { model: { hidden: 9 } }],
    ['window', { model: { bptt: { every: 4, window: 17 } } }],
    ['experts', { model: { experts: ['last_value'] } }],
    ['rows to learn again', { model: { replay: 0 } }],
    ['number of rows to learn again', { model: { replayRows: 500 } }],
    ['order of the experts', { model: { experts: ['lstm_direct', 'last_value'] } }],
    ['other fields of the message', { exogenous: 1 }],
    ['inputs', { model: { inputs: { lags: 2, calendar: true, dayLag: true, weekLag: true, linear: false } } }],
    [
      'inputs of the same number',
      { model: { inputs: { lags: 4, calendar: true, dayLag: true, weekLag: false, linear: false } } },
    ],
  ])('belongs to other settings by %s', (_, overrides) => {
    const learner = learnerOf(learnerSettings(overrides), saved);
    expect(learner.carried?.changes.length).toBeGreaterThan(0);
    expect(learner.inspect().samples).toBe(300);
    expect(() => live(learner, noisySine(50))).not.toThrow();
  });

  it.each<[string, SettingsOverrides]>([
    ['seed', { model: { seed: 9 } }],
    ['number of windows to learn again', { model: { replay: 3 } }],
    ['learning rate', { model: { learningRate: 0.01 } }],
    ['interval', { interval: 0.5 }],
    ['reset_after', { resetAfter: toDurationMs(1000) }],
    ['min_samples', { minSamples: 10 }],
    [
      'policy',
      { anomaly: { ...makeSettings().anomaly, range: { low: 0, high: 9 }, direction: 'up', holdOff: { rows: 5 } } },
    ],
    ['names of the horizons', { horizons: [{ label: '15m', steps: 1 }] }],
  ])('is kept under another %s', (_, overrides) => {
    expect(() => learnerOf(learnerSettings(overrides), saved)).not.toThrow();
  });

  it('takes horizons in any order', () => {
    const learner = learnerOf(learnerSettings({ horizons: toHorizons(5, 1, 3) }));
    live(learner, noisySine(50));
    const again = learnerOf(learnerSettings({ horizons: toHorizons(1, 3, 5) }), learner.snapshot());
    const forecast = again.step(PROBE).toForecast();
    expect(forecast.horizons.map(({ horizon }) => horizon.steps)).toEqual([1, 3, 5]);
  });

  it('leaves no network behind in the kernel where it cannot be used', () => {
    const kernel = createCountingKernel(10);
    const [settings, other] = [learnerSettings(), learnerSettings({ horizons: toHorizons(2) })];
    const damaged = saved.with(saved.length - 1, 77);
    for (const each of [settings, other]) expect(() => new StreamLearner(kernel, each, damaged)).toThrow(SnapshotError);
    expect(kernel.alive).toBe(0);
    new StreamLearner(kernel, other, saved);
    expect(kernel.alive).toBe(2);
  });

  it('takes 224 KiB at most for a default stream, and no more after years', () => {
    const learner = new StreamLearner(fastKernel, makeSettings());
    const size = learner.snapshot().length;
    live(learner, noisySine(74));
    const judging = learner.snapshot().length;
    live(learner, noisySine(900));
    const later = learner.snapshot().length;
    live(learner, noisySine(900));
    expect(learner.snapshot().length).toBe(later);
    // The first rows have been judged by then.
    expect(later).toBeLessThan(size);
    // Until they have, it takes them along.
    expect(judging).toBeGreaterThan(size);
    expect(judging).toBeLessThanOrEqual(224 * 1024);
  });
});

it('shows another seed in its forecasts', () => {
  const one = learnerOf(learnerSettings({ model: { experts: ['lstm_direct'] } }));
  const other = learnerOf(learnerSettings({ model: { experts: ['lstm_direct'], seed: 2 } }));
  live(one, noisySine(20));
  live(other, noisySine(20));
  expect(one.step(PROBE).toForecast().horizons).not.toEqual(other.step(PROBE).toForecast().horizons);
});

it('lets the best expert answer: the last value on a walk, the network on a wave', () => {
  const sourceAfter = (values: readonly number[]): string => {
    const learner = learnerOf(learnerSettings());
    live(learner, values);
    return learner.step(toSteps([values.at(-1) as number])[0] as Step).source;
  };
  let level = 0;
  expect(sourceAfter(makeSeries(1500, 4, (_, random) => (level += normal(random))))).toBe('last_value');
  expect(sourceAfter(noisySine(3000))).toMatch(/^lstm_/);
});

it('learns a wave well with the default settings', () => {
  const learner = new StreamLearner(fastKernel, makeSettings({ model: TWO }));
  live(learner, noisySine(2500));
  expect(learner.step(PROBE).toForecast().skill).toBeGreaterThan(0.15);
});

it('keeps the heap flat over many rows', () => {
  const { gc } = globalThis;
  expect(gc).toBeDefined();
  const model = { hidden: 2, bptt: { every: 8, window: 8 }, inputs: learnerSettings().model.inputs };
  const learner = learnerOf(learnerSettings({ horizons: toHorizons(1, 5), model }));
  const values = noisySine(rounds(4000, 10_000));
  const heapAfter = (times: number): number => {
    for (let n = 0; n < times; n++) live(learner, values);
    gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfter(1);
  expect(heapAfter(4) - before).toBeLessThan(1_000_000);
});

/** The real kernel, with what is asked of its nets counted, and their answers replaced where the test wants it. */
function counting(answer?: (step: number) => number): {
  readonly kernel: Kernel;
  readonly count: { alive: number; steps: number; updates: number };
} {
  const real = createPlainKernel();
  const count = { alive: 0, steps: 0, updates: 0 };
  const createNet = (shape: NetShape): Net => {
    const net = real.createNet(shape);
    const { step, learn, free } = net;
    count.alive++;
    net.step = (y, x) => {
      count.steps++;
      step.call(net, y, x);
      if (answer !== undefined) y.fill(answer(count.steps));
    };
    net.learn = (rows, options) => {
      count.updates++;
      return learn.call(net, rows, options);
    };
    net.free = () => {
      count.alive--;
      free.call(net);
    };
    return net;
  };
  return { kernel: { ...real, createNet }, count };
}

it('hands a forecast out before it learns from the row, and learns from it once', () => {
  const { kernel, count } = counting();
  const learner = new StreamLearner(kernel, learnerSettings({ model: { ...TWO, bptt: { every: 1, window: 16 } } }));
  toSteps(noisySine(30)).forEach((step, t) => {
    learner.step(step);
    expect([count.steps, count.updates]).toEqual([t + 1, t]);
    learner.learn();
    learner.learn();
    expect([count.steps, count.updates]).toEqual([t + 1, t + 1]);
  });
});

it('judges a row by what the network expected, even where the last value is published', () => {
  const { kernel } = counting((step) => (step % 3) - 1);
  const both = new StreamLearner(kernel, learnerSettings({ model: TWO }));
  const plain = learnerOf(learnerSettings({ model: { experts: ['last_value'] } }));
  const pairs = toSteps(noisySine(500)).map(
    (step) => [both.step(step).toForecast(), plain.step(step).toForecast()] as const,
  );
  expect(new Set(pairs.slice(20).map(([one]) => one.source))).toEqual(new Set(['last_value']));
  expect(pairs.some(([one, other]) => one.anomalyScore !== other.anomalyScore)).toBe(true);
});

describe('after a silence', () => {
  const HOUR = 60 * MINUTE;

  /** The forecasts of the network alone through a day, some hours without readings, and one reading more. */
  function forecastsThrough(hours: number, resetAfter: number): readonly unknown[] {
    const settings = learnerSettings({ resetAfter: toDurationMs(resetAfter), model: { experts: ['lstm_direct'] } });
    const learner = learnerOf(settings);
    const times = gridTimes(96);
    const steps = toSteps(noisySine(97), [...times, (times[95] as number) + hours * HOUR]);
    return steps.map((step) => {
      const { horizons } = learner.step(step).toForecast();
      learner.learn();
      return horizons;
    });
  }

  it('the memory begins anew where that was asked for', () => {
    const kept = forecastsThrough(9, 0);
    expect(forecastsThrough(9, 8 * HOUR).at(-1)).not.toEqual(kept.at(-1));
    expect(forecastsThrough(9, 8 * HOUR).slice(0, -1)).toEqual(kept.slice(0, -1));
  });

  it('it goes on where the silence was shorter, or never to be forgotten', () => {
    expect(forecastsThrough(8, 8 * HOUR)).toEqual(forecastsThrough(8, 0));
  });
});

it('gives the memory of the kernel back', () => {
  const { kernel, count } = counting();
  const learner = new StreamLearner(kernel, learnerSettings());
  expect(count.alive).toBe(2);
  learner.free();
  expect(count.alive).toBe(0);
});
