import { describe, expect, it } from 'vitest';
import type { ExpertName } from '../../src/domain/expertName.ts';
import { createSimdKernel } from '../../src/kernel/simd/simdKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { makeSeries, normal, toHorizons, toSteps } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

const ROWS = 4000;
const FROM = 2000;
const LEAD = 3;
const HORIZONS = [1, 2, 3];

const EXPERTS = makeSettings().model.experts;

type Inputs = readonly (readonly number[])[];

const LEADING = ((): readonly number[] => {
  let level = 0;
  return makeSeries(ROWS, 1, (_, random) => {
    level = 0.8 * level + normal(random);
    return level;
  });
})();

/** Series whose moves are known three rows before. */
const TARGET = makeSeries(ROWS, 9, (t, random) => 10 + 2 * (LEADING[t - LEAD] ?? 0) + 0.3 * normal(random));

const noise = (count: number): Inputs => {
  const columns = Array.from({ length: count }, (_, i) => makeSeries(ROWS, 30 + i, (__, random) => normal(random)));
  return TARGET.map((_, t) => columns.map((column) => column[t] as number));
};
const leading = (change: (value: number, t: number) => number = (value) => value): Inputs =>
  LEADING.map((value, t) => [change(value, t)]);

/** MAE of the published forecast over that of the last value, per horizon, in the second half. */
function errorsOf(inputs: Inputs | undefined, experts: readonly ExpertName[] = EXPERTS): number[] {
  const exogenous = inputs?.[0]?.length ?? 0;
  const settings = makeSettings({ horizons: toHorizons(...HORIZONS), exogenous, model: { experts } });
  const learner = new StreamLearner(createSimdKernel('simd'), settings);
  const issued = toSteps(TARGET).map((step, t) => {
    const { horizons } = learner
      .step(inputs === undefined ? step : { ...step, inputs: inputs[t] as readonly number[] })
      .toForecast();
    learner.learn();
    return horizons;
  });
  learner.free();
  return HORIZONS.map((h, k) => {
    let own = 0;
    let last = 0;
    for (let t = FROM; t < ROWS - h; t++) {
      own += Math.abs((issued[t]?.[k]?.mean as number) - (TARGET[t + h] as number));
      last += Math.abs((TARGET[t] as number) - (TARGET[t + h] as number));
    }
    return own / last;
  });
}

describe('an input that leads its target by three rows', () => {
  const without = errorsOf(undefined);
  const withIt = errorsOf(leading());

  it.each<ExpertName[]>([['linear'], ['lstm_direct']])('helps %s alone', (...experts) => {
    errorsOf(leading(), experts).forEach((error, k) => {
      expect(error / (without[k] as number)).toBeLessThan(0.4);
    });
  });

  it('takes four fifths and more of the error away, at every distance up to its lead', () => {
    for (const error of without) expect(error).toBeGreaterThan(0.8);
    withIt.forEach((error, k) => {
      expect(error / (without[k] as number)).toBeLessThan(0.2);
    });
  });

  it('is found among fifteen that say nothing', () => {
    const others = noise(15);
    errorsOf(LEADING.map((value, t) => [...(others[t] as number[]), value])).forEach((error, k) => {
      expect(error / (without[k] as number)).toBeLessThan(0.25);
    });
  });

  it('still helps where three in ten of its values are missing, and one in a hundred is rubbish', () => {
    const random = makeSeries(ROWS, 77, (_, generator) => generator.uniform(0, 1));
    const gappy = leading((value, t) => ((random[t] as number) < 0.3 ? Number.NaN : value));
    const dirty = leading((value, t) => (t > 20 && (random[t] as number) < 0.01 ? 1e6 : value));
    for (const inputs of [gappy, dirty]) {
      errorsOf(inputs).forEach((error, k) => {
        expect(error / (without[k] as number)).toBeLessThan(0.6);
      });
    }
  });

  it.each<[string, Inputs]>([
    ['one that says nothing', noise(1)],
    ['sixteen that say nothing', noise(16)],
    ['one that never comes', leading(() => Number.NaN)],
    ['one that never moves', leading(() => 3)],
  ])('and %s does no harm', (_, inputs) => {
    errorsOf(inputs).forEach((error, k) => {
      expect(error / (without[k] as number)).toBeLessThan(1.03);
      expect(error).toBeLessThan(1);
    });
  });

  it('does no harm when it falls silent for good after it was relied on', () => {
    errorsOf(leading((value, t) => (t < FROM ? value : Number.NaN))).forEach((error, k) => {
      expect(error / (without[k] as number)).toBeLessThan(1.1);
      expect(error).toBeLessThan(1.02);
    });
  });
});
