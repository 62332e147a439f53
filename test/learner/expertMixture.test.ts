import { describe, expect, it } from 'vitest';
import { ExpertMixture } from '../../src/learner/expertMixture.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal } from '../support/series.ts';

const TRUTH = makeSeries(6000, 1, (_, random) => 50 + 10 * normal(random));
const NOISE = [2, 3, 4].map((seed) => makeSeries(6000, seed, (_, random) => normal(random)));

/** Forecast of expert i for row t: the truth with an error of its own size. */
function forecastsAt(row: number, sizes: readonly number[]): Float64Array {
  return Float64Array.from(sizes, (size, i) => (TRUTH[row] as number) + size * (NOISE[i]?.[row] as number));
}

/** Runs rows `from` to `to`; gives the absolute errors of what was published. */
function run(mix: ExpertMixture, from: number, to: number, sizes: readonly number[], resolution = 0.01): number[] {
  const errors: number[] = [];
  for (let row = from; row < to; row++) {
    const forecasts = forecastsAt(row, sizes);
    errors.push(Math.abs(mix.publish(forecasts) - (TRUTH[row] as number)));
    mix.score(forecasts, mix.combine(forecasts), { value: TRUTH[row] as number, resolution });
  }
  return errors;
}

const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

describe('the weights', () => {
  it('are equal at first', () => {
    expect([...new ExpertMixture([true, false, false, false]).weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('follow their formula', () => {
    const mix = new ExpertMixture([true, false, false]);
    const sizes = [1, 1.1, 1.3];
    const resolution = 0.5;
    for (let rows = 1; rows <= 400; rows++) {
      run(mix, rows - 1, rows, sizes, resolution);
      if (rows % 57 !== 1) continue;
      let n = 0;
      const sums = [0, 0, 0];
      for (let row = 0; row < rows; row++) {
        n = 0.995 * n + 1;
        forecastsAt(row, sizes).forEach((forecast, i) => {
          sums[i] = 0.995 * (sums[i] as number) + Math.abs(forecast - (TRUTH[row] as number));
        });
      }
      const losses = sums.map((sum) => sum / n + resolution / 20);
      const raw = losses.map((loss) => Math.exp(-0.5 * Math.sqrt(n) * (loss / Math.min(...losses) - 1)));
      raw.forEach((weight, i) => {
        expect(mix.weights[i]).toBeCloseTo((0.999 * weight) / sumOf(raw) + 0.001 / 3, 10);
      });
    }
  });

  it('always add up to 1 and leave everyone a thousandth to share', () => {
    const mix = new ExpertMixture([true, false, false]);
    run(mix, 0, 3000, [0.01, 1, 100]);
    expect(sumOf(mix.weights)).toBeCloseTo(1, 12);
    expect(mix.weights[2]).toBeCloseTo(0.001 / 3, 12);
  });

  it('move on when another expert becomes the best', () => {
    const mix = new ExpertMixture([true, false]);
    run(mix, 0, 2000, [1, 3]);
    expect(mix.weights[0]).toBeGreaterThan(0.99);
    run(mix, 2000, 5000, [3, 1]);
    expect(mix.weights[1]).toBeGreaterThan(0.99);
  });
});

describe.each([0, Number.MIN_VALUE, 1e-320, 0.01])(
  'an expert that is exactly right, at resolution %d',
  (resolution) => {
    it('gets nearly all the weight and divides nothing by zero', () => {
      const mix = new ExpertMixture([true, false]);
      const errors = run(mix, 0, 500, [1, 0], resolution);
      expect(mix.weights[1]).toBeCloseTo(0.9995, 6);
      expect(errors.every(Number.isFinite)).toBe(true);
    });

    it('shares with another that is exactly right', () => {
      const mix = new ExpertMixture([true, false]);
      run(mix, 0, 500, [0, 0], resolution);
      expect([...mix.weights]).toEqual([0.5, 0.5]);
    });

    it('is left again when it is wrong', () => {
      const mix = new ExpertMixture([true, false]);
      run(mix, 0, 200, [1, 0], resolution);
      run(mix, 200, 4000, [1, 5], resolution);
      expect(mix.weights[0]).toBeGreaterThan(0.99);
    });
  },
);

describe('the gate', () => {
  it('publishes the baseline while nothing is known', () => {
    const mix = new ExpertMixture([false, true]);
    expect(mix.publish(Float64Array.of(1, 2))).toBe(2);
    expect(mix.source).toBe(1);
  });

  it('publishes the baseline as long as the mix has not been better', () => {
    const mix = new ExpertMixture([true, false]);
    run(mix, 0, 1000, [1, 30]);
    expect(mix.fallback).toBe(0);
    const forecasts = forecastsAt(1000, [1, 30]);
    expect(mix.publish(forecasts)).toBe(forecasts[0]);
    expect(mix.source).toBe(0);
  });

  it('publishes the baseline where the mix is only as good', () => {
    const mix = new ExpertMixture([false, true]);
    run(mix, 0, 100, [0, 0]);
    expect([mix.fallback, mix.source]).toEqual([1, 1]);
  });

  it('publishes the mix once that has been better', () => {
    const mix = new ExpertMixture([true, false]);
    run(mix, 0, 1000, [10, 1]);
    expect(mix.fallback).toBe(-1);
    const forecasts = forecastsAt(1000, [10, 1]);
    expect(mix.publish(forecasts)).toBe(mix.combine(forecasts));
    expect(mix.source).toBe(1);
  });

  it('compares over the long run, discounted by 0.9998 a row, with half a per cent of patience', () => {
    const mix = new ExpertMixture([true, false]);
    let mixLoss = 0;
    let baselineLoss = 0;
    let isShut = true;
    for (let row = 0; row < 4000; row++) {
      const sizes = row < 1500 || row > 2500 ? [1, 5] : [5, 1];
      const forecasts = forecastsAt(row, sizes);
      const mixed = mix.combine(forecasts);
      const truth = TRUTH[row] as number;
      mix.score(forecasts, mixed, { value: truth, resolution: 0.01 });
      mixLoss = 0.9998 * mixLoss + Math.abs(mixed - truth);
      baselineLoss = 0.9998 * baselineLoss + Math.abs((forecasts[0] as number) - truth);
      isShut = mixLoss >= (isShut ? 1 : 1.005) * baselineLoss;
      expect(mix.fallback, `row ${row}`).toBe(isShut ? 0 : -1);
    }
    expect(mixLoss).toBeLessThan(baselineLoss);
  });

  it('takes the better of two baselines', () => {
    const mix = new ExpertMixture([true, true, false]);
    run(mix, 0, 1000, [3, 1, 30]);
    expect(mix.fallback).toBe(1);
  });

  it('compares with what the mix was when it was made', () => {
    const mix = new ExpertMixture([true, false]);
    for (let row = 0; row < 100; row++) mix.score(Float64Array.of(1, 0.1), 5, { value: 0, resolution: 0.01 });
    expect(mix.fallback).toBe(0);
    for (let row = 0; row < 2000; row++) mix.score(Float64Array.of(1, 0.1), 0.5, { value: 0, resolution: 0.01 });
    expect(mix.fallback).toBe(-1);
  });

  it('makes the answer never much worse than the baseline', () => {
    const errors = run(new ExpertMixture([true, false, false]), 0, 6000, [1, 1.02, 3]);
    const baseline = Array.from({ length: 6000 }, (_, row) => Math.abs(NOISE[0]?.[row] as number));
    expect(sumOf(errors) / sumOf(baseline)).toBeLessThan(1.01);
  });

  it('is open for good where there is no baseline', () => {
    const mix = new ExpertMixture([false]);
    expect(mix.fallback).toBe(-1);
    expect(run(mix, 0, 50, [2])).toHaveLength(50);
    expect([mix.fallback, mix.source]).toEqual([-1, 0]);
  });
});

describe('a row in which everyone is far off', () => {
  const answerTo = (error: number) => {
    const mix = new ExpertMixture([true, false, false]);
    run(mix, 0, 400, [1, 1.2, 0.8]);
    const value = TRUTH[400] as number;
    const forecasts = forecastsAt(400, [1, 1.2, 0.8]).map((forecast) => forecast + error);
    mix.score(forecasts, mix.combine(forecasts), { value, resolution: 0.01 });
    return [...mix.weights, mix.fallback];
  };

  it('decides the same whether it is a hundred or 1e30 usual errors', () => {
    expect(answerTo(1e30)).toEqual(answerTo(100));
    expect(answerTo(-1e30)).toEqual(answerTo(100));
  });

  it('does not shut the gate', () => {
    const mix = new ExpertMixture([true, false, false]);
    run(mix, 0, 1000, [1, 1.2, 0.5]);
    expect(mix.fallback).toBe(-1);
    for (let row = 0; row < 5; row++) mix.score(Float64Array.of(1, 2, 3), 2.5, { value: 1e9, resolution: 0.01 });
    expect(mix.fallback).toBe(-1);
  });
});

it('names the expert with the largest weight as its source', () => {
  const mix = new ExpertMixture([false, false, false]);
  run(mix, 0, 500, [2, 1, 2]);
  expect(mix.source).toBe(1);
});

describe('its state', () => {
  statefulContract({
    create: () => new ExpertMixture([true, true, false]),
    advance: (mix, row) => {
      const sizes = row % 500 < 250 ? [1, 1.2, 0.8] : [1.1, 1, 1.5];
      run(mix, row, row + 1, sizes);
    },
    observe: (mix) => [mix.fallback, mix.source, ...mix.weights, mix.publish(Float64Array.of(1, 2, 3))],
    cuts: [0, 1, 100, 400],
    tail: 500,
  });
});
