import { describe, expect, it } from 'vitest';
import type { LearnerNews, NetworkNews } from '../../src/domain/events.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { expectSameBytes } from '../support/expectSameBytes.ts';
import { KERNELS } from '../support/kernels.ts';
import { rounds } from '../support/rounds.ts';
import { type Sabotage, sabotaged } from '../support/sabotage.ts';
import { gridTimes, learnerSettings, MINUTE, noisySine, toHorizons, toSteps, withSpike } from '../support/series.ts';

const createKernel = (): Kernel => (KERNELS.find(({ name }) => name === 'simd') ?? KERNELS[0])!.create();
const SETTINGS = learnerSettings({ horizons: toHorizons(1, 4), minSamples: 100, model: { experts: ['lstm_direct'] } });
const ROWS = 2400;
const VALUES = noisySine(ROWS, 5, { noise: 0.4 });

interface Life {
  readonly learner: StreamLearner;
  readonly forecasts: readonly Forecast[];
  readonly news: readonly (NetworkNews & { readonly row: number })[];
}

/** @param every between two rows, ms */
function live(plan: (step: number) => Sabotage | undefined, every = 15 * MINUTE, values = VALUES): Life {
  const news: (NetworkNews & { row: number })[] = [];
  let row = 0;
  const tell = (one: LearnerNews): void => void ('network' in one && news.push({ ...one, row }));
  const learner = new StreamLearner(sabotaged(createKernel(), plan), SETTINGS, undefined, { tell });
  const forecasts = toSteps(values, gridTimes(values.length, every)).map((step) => {
    row++;
    const forecast = learner.step(step).toForecast();
    learner.learn();
    return forecast;
  });
  return { learner, forecasts, news };
}

function meanError(forecasts: readonly Forecast[], from: number, to: number, values = VALUES): number {
  let sum = 0;
  for (let row = from; row < to; row++) {
    sum += Math.abs((forecasts[row - 1]?.horizons[0]?.mean as number) - (values[row] as number));
  }
  return sum / (to - from);
}

function meanChange(from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++) sum += Math.abs((VALUES[row] as number) - (VALUES[row - 1] as number));
  return sum / (to - from);
}

function expectFinite(forecasts: readonly Forecast[]): void {
  for (const { horizons, anomalyScore, skill } of forecasts) {
    for (const { mean, lower, upper } of horizons) {
      for (const number of [mean, lower ?? 0, upper ?? 0]) expect(Number.isFinite(number)).toBe(true);
    }
    expect([anomalyScore ?? 0, skill ?? 0].every(Number.isFinite)).toBe(true);
  }
}

const whole = live(() => undefined);
const types = (life: Life): string[] => life.news.map(({ type }) => type);

describe('a network whose numbers are lost', () => {
  it('is none where nothing went wrong', () => {
    expect(whole.news).toEqual([]);
  });

  it.each<[Sabotage, number, string]>([
    ['nan-weight', 0, 'output-not-finite'],
    ['nan-output', 0, 'output-not-finite'],
    // At the next turn of k1.
    ['nan-gradient', 3, 'learning-not-finite'],
    // When the guard looks at them next.
    ['nan-moment', 350, 'learning-not-finite'],
    ['infinite-weight', 350, 'learning-not-finite'],
  ])('by %s goes on from the last good ones: no bad number is published', (fault, delay, cause) => {
    const life = live((step) =>
      (fault === 'nan-gradient' ? step >= 1500 && step < 1504 : step === 1500) ? fault : undefined,
    );
    expectFinite(life.forecasts);
    expect(life.news).toMatchObject([{ type: 'NetworkRolledBack', network: 'lstm_direct', cause }]);
    expect(life.news[0]?.row).toBeGreaterThanOrEqual(1500);
    expect(life.news[0]?.row).toBeLessThanOrEqual(1500 + delay);
    const back = Math.max(1550, (life.news[0]?.row as number) + 50);
    expect(meanError(life.forecasts, back, ROWS)).toBeLessThan(1.1 * meanError(whole.forecasts, back, ROWS));
  });

  it('before any proved to be good goes on from the first ones', () => {
    const life = live((step) => (step === 60 ? 'nan-weight' : undefined));
    expectFinite(life.forecasts);
    expect(types(life)).toEqual(['NetworkRolledBack']);
    expect(meanError(life.forecasts, 1800, ROWS)).toBeLessThan(1.1 * meanError(whole.forecasts, 1800, ROWS));
  });

  it('three times in an hour is frozen for a day: it forecasts, does not learn, and resumes', () => {
    const isSpoiled = (step: number): boolean => step >= 1000 && step < 1003;
    const life = live((step) => (isSpoiled(step) ? 'nan-weight' : undefined), 2 * MINUTE);
    expectFinite(life.forecasts);
    expect(types(life)).toEqual([...Array(3).fill('NetworkRolledBack'), 'NetworkFrozen', 'NetworkResumed']);
    const [, , , frozen, resumed] = life.news;
    expect(frozen?.row).toBe(1002);
    expect(resumed?.row).toBeGreaterThanOrEqual(1002 + 720);
    expect(resumed?.row).toBeLessThan(1002 + 720 + 8);
    const states = life.forecasts.map(({ state }) => state);
    expect(states.slice(1002, 1700).every((state) => state === 'degraded')).toBe(true);
    expect(states.slice(1800).every((state) => state === 'active')).toBe(true);
    // Frozen it still is worth something: more than the last value.
    expect(meanError(life.forecasts, 1100, 1700)).toBeLessThan(0.97 * meanChange(1100, 1700));
  });

  it('three times in a longer time is not frozen', () => {
    const life = live((step) => ([1000, 1040, 1080].includes(step) ? 'nan-weight' : undefined), 2 * MINUTE);
    expect(types(life)).toEqual(Array(3).fill('NetworkRolledBack'));
  });

  it('for good says so three times and no more, and the last value answers', () => {
    const life = live((step) => (step > 1000 ? 'nan-output' : undefined), MINUTE);
    expectFinite(life.forecasts);
    expect(types(life).slice(0, 4)).toEqual([...Array(3).fill('NetworkRolledBack'), 'NetworkFrozen']);
    expect(life.news.length).toBeLessThan(10);
    expect(life.forecasts.at(-1)?.horizons[0]?.mean).toBe(VALUES.at(-1));
  });

  it('learns at half the rate after that, and at the whole one again after a while', () => {
    const rates: number[] = [];
    const kernel = createKernel();
    const watching: Kernel = Object.create(kernel, {
      createNet: {
        value: (shape: Parameters<Kernel['createNet']>[0]) => {
          const net = kernel.createNet(shape);
          const learn = net.learn.bind(net);
          net.learn = (rows, options) => {
            rates.push(options.learningRate);
            return learn(rows, options);
          };
          return net;
        },
      },
    });
    const settings = learnerSettings({ model: { experts: ['lstm_direct'], learningRate: 0.01, replay: 0 } });
    const learner = new StreamLearner(
      sabotaged(watching, (step) => (step === 400 ? 'nan-weight' : undefined)),
      settings,
    );
    for (const step of toSteps(noisySine(4800))) learner.step(step);
    expect(new Set(rates.slice(0, 99))).toEqual(new Set([0.01]));
    expect(rates[110]).toBe(0.005);
    expect(rates.at(-1)).toBe(0.01);
    // A window long it learned nothing.
    expect(rates.length).toBeLessThan(4800 / 4 - 2);
  });

  it('decides the same when it is replayed from a snapshot', () => {
    const plan = (step: number): Sabotage | undefined =>
      [900, 1000, 1001, 1002].includes(step) ? 'nan-output' : undefined;
    const life = live(plan, 2 * MINUTE);
    expectSameBytes(live(plan, 2 * MINUTE).learner.snapshot(), life.learner.snapshot());
    const steps = toSteps(VALUES, gridTimes(ROWS, 2 * MINUTE));
    const first = new StreamLearner(sabotaged(createKernel(), plan), SETTINGS);
    for (const step of steps.slice(0, 1100)) first.step(step);
    const rest = new StreamLearner(createKernel(), SETTINGS, first.snapshot());
    for (const step of steps.slice(1100)) rest.step(step);
    expectSameBytes(rest.snapshot(), life.learner.snapshot());
  });
});

describe('an absurd gradient', () => {
  it('is left out and counted, and nothing else happens', () => {
    const life = live((step) => (step >= 1500 && step < 1512 ? 'huge-gradient' : undefined));
    expect(new Set(types(life))).toEqual(new Set(['UpdateSkipped']));
    expect(life.news).toHaveLength(3);
    expect(meanError(life.forecasts, 1500, ROWS)).toBeLessThan(1.05 * meanError(whole.forecasts, 1500, ROWS));
  });
});

describe('a spike of a million deviations', () => {
  it.each([1, 2])('leaves the forecasts as good as before within twenty rows, %i rows long', (length) => {
    let values = noisySine(3000, 8);
    const clean = values;
    for (let n = 0; n < length; n++) values = withSpike(values, 2000 + n, 20 + 1e6 * 3.5);
    const settings = learnerSettings({ minSamples: 100 });
    const forecast = (series: readonly number[]): Forecast[] => {
      const learner = new StreamLearner(createKernel(), settings);
      return toSteps(series).map((step) => learner.step(step).toForecast());
    };
    const before = forecast(clean);
    const after = forecast(values);
    expect(after[2000]?.anomalyScore).toBeGreaterThan(1);
    const base = meanError(before, 1000, 2000, clean);
    expect(meanError(after, 2020, 2060, clean)).toBeLessThan(
      1.2 * Math.max(base, meanError(before, 2020, 2060, clean)),
    );
    expect(meanError(after, 2003 + length, 2020, clean)).toBeLessThan(1.5 * base);
  });
});

describe('a long life of evil numbers', () => {
  it('never publishes one that is not finite', () => {
    const random = createRandom(11);
    const settings = learnerSettings({ model: { hidden: 3, bptt: { every: 4, window: 8 } } });
    const learner = new StreamLearner(createPlainKernel(), settings);
    const [first] = toSteps([1]);
    let at = 1.7e12;
    for (let row = 0; row < EVIL_ROWS; row++) {
      const evil = random.integerBelow(40);
      at += evil === 1 ? random.uniform(-1e11, 1e11) : random.uniform(1, 120_000);
      const step = { ...first!, at: toEpochMs(at), value: evilNumber(evil, random) };
      const forecast = learner.step(step).toForecast();
      learner.learn();
      for (const { mean, lower, upper } of forecast.horizons) {
        if (!Number.isFinite(mean + (lower ?? 0) + (upper ?? 0))) expect.fail(`row ${row}: ${mean} ${lower} ${upper}`);
      }
    }
    learner.free();
  }, 600_000);
});

/** A share of the million that was run once. */
const EVIL_ROWS = Number(process.env['EVIL_ROWS'] ?? rounds(6000, 20_000));

function evilNumber(kind: number, random: ReturnType<typeof createRandom>): number {
  if (kind === 2) return Number.NaN;
  if (kind === 3) return random.uniform(-1e38, 1e38);
  if (kind === 4) return random.uniform(-1e-308, 1e-308);
  if (kind === 5) return random.integerBelow(2) === 0 ? Number.POSITIVE_INFINITY : -Number.MAX_VALUE;
  if (kind === 6) return random.uniform(-1e30, 1e30);
  return 20 + random.uniform(-1, 1);
}
