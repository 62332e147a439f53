import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import type { Kernel, LinearModel, LinearOptions } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { LinearForecast } from '../../src/learner/linearForecast.ts';
import { Observation } from '../../src/learner/observation.ts';
import { Seasons } from '../../src/learner/seasons.ts';
import type { StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import {
  gridTimes,
  learnerSettings,
  MINUTE,
  MONDAY,
  noisySine,
  randomWalk,
  withGap,
  withUnitChange,
} from '../support/series.ts';

const INPUTS = learnerSettings().model.inputs;

/** A linear forecast with the row that it sees. */
class Living {
  readonly row: Observation;
  readonly linear: LinearForecast;
  readonly #seasons: Seasons;

  constructor(kernel: Kernel, horizons: readonly number[]) {
    this.row = new Observation(horizons);
    this.#seasons = new Seasons(horizons);
    this.linear = new LinearForecast(kernel, INPUTS, horizons, this.#seasons);
  }

  see(value: number, at: number): void {
    this.row.advance({ at: toEpochMs(at), zoneOffset: toDurationMs(0), value });
    this.linear.move(this.row.shift);
    this.#seasons.update(this.row);
    this.linear.update(this.row);
  }

  exchange(io: StateIo): void {
    this.row.exchange(io.within('row'));
    this.linear.exchange(io.within('linear'));
  }
}

function run(values: readonly number[], horizons: readonly number[] = [1], kernel = createPlainKernel()) {
  const living = new Living(kernel, horizons);
  const times = gridTimes(values.length);
  return values.map((value, t) => {
    living.see(value, times[t] as number);
    const { mean, errorScale } = living.linear;
    return { mean: [...mean], errorScale: [...errorScale], scales: [...living.row.scales], value: living.row.value };
  });
}

/** MAE over that of the last value, of the forecasts made from row `from` on and before row `to`. */
function ratio(values: readonly number[], h: number, from: number, to: number): number {
  const rows = run(values, [h]);
  let own = 0;
  let last = 0;
  for (let t = from; t < Math.min(to, values.length - h); t++) {
    own += Math.abs((rows[t]?.mean[0] as number) - (values[t + h] as number));
    last += Math.abs((values[t] as number) - (values[t + h] as number));
  }
  return own / last;
}

describe('its forecast', () => {
  it('is the last value before anything was learned', () => {
    expect(run([20, 21])[0]?.mean).toEqual([20]);
  });

  it('learns a wave, at each horizon', () => {
    const values = noisySine(3000);
    expect(ratio(values, 1, 1500, 3000)).toBeLessThan(0.8);
    expect(ratio(values, 12, 1500, 3000)).toBeLessThan(0.3);
  });

  it('is at once better than the last value on it, and does not run wild', () => {
    expect(ratio(noisySine(220), 1, 24, 220)).toBeLessThan(1);
    expect(ratio(noisySine(220), 5, 24, 220)).toBeLessThan(1);
  });

  it('is hardly worse than the last value on a walk', () => {
    expect(ratio(randomWalk(3000), 1, 24, 3000)).toBeLessThan(1.03);
  });

  it.each([1, 2, 3])('follows into another unit: series %i', (seed) => {
    expect(ratio(withUnitChange(noisySine(3000, seed), 1500), 5, 1800, 2200)).toBeLessThan(0.6);
    expect(ratio(withUnitChange(noisySine(3000, seed), 1500), 5, 2200, 3000)).toBeLessThan(0.6);
  });

  it('is finite, and within eight usual changes', () => {
    for (const { mean, value, scales } of run(withGap(withUnitChange(noisySine(900), 500, 1e6), 300, 40), [1, 9])) {
      mean.forEach((each, k) => {
        expect(Math.abs(each - value)).toBeLessThanOrEqual(8 * (scales[k] as number) * (1 + 1e-9));
      });
    }
  });
});

describe('its learning', () => {
  interface Update {
    readonly row: number;
    readonly f: Float64Array;
    readonly target: number;
    readonly options: LinearOptions;
  }

  /** The real kernel with what its models are asked. */
  function noting(updates: Update[], rows: () => number): Kernel {
    const kernel = createPlainKernel();
    const watch = (model: LinearModel): LinearModel => ({
      size: model.size,
      predict: (f) => model.predict(f),
      update(f, target, options) {
        updates.push({ row: rows(), f: f.slice(), target, options });
        return model.update(f, target, options);
      },
      save: () => model.save(),
      load: (state) => model.load(state),
      free: () => model.free(),
    });
    return { ...kernel, createLinearModel: (size) => watch(kernel.createLinearModel(size)) };
  }

  it('takes each change in the scale, and with the features, of the row that it was forecast from', () => {
    const values = noisySine(300);
    const times = gridTimes(300);
    const updates: Update[] = [];
    let t = 0;
    const living = new Living(
      noting(updates, () => t),
      [7],
    );
    const scales: number[] = [];
    const levels: number[] = [];
    for (; t < 300; t++) {
      living.see(values[t] as number, times[t] as number);
      scales.push(living.row.scales[0] as number);
      levels.push(living.row.standardised);
    }
    expect(updates.map(({ row }) => row)).toEqual(Array.from({ length: 293 }, (_, i) => i + 7));
    for (const { row, f, target } of updates) {
      const change = (values[row] as number) - (values[row - 7] as number);
      expect(target).toBeCloseTo(change / (scales[row - 7] as number), 9);
      expect(f[0]).toBe(1);
      expect(f[1]).toBe(levels[row - 7]);
    }
    expect(updates[0]?.options.forgetting).toBeLessThan(1);
  });

  it('takes nothing from rows without a reading', () => {
    const values = withGap(noisySine(100), 40, 10);
    const updates: Update[] = [];
    let t = 0;
    const living = new Living(
      noting(updates, () => t),
      [1],
    );
    for (; t < 100; t++) living.see(values[t] as number, gridTimes(100)[t] as number);
    expect(updates.map(({ row }) => row)).toEqual(
      Array.from({ length: 99 }, (_, i) => i + 1).filter((row) => row < 40 || row >= 50),
    );
  });
});

it('lets no part of P grow without end where a feature never moves: a day and a week of minutes do not fit', () => {
  const models: LinearModel[] = [];
  const kernel = createPlainKernel();
  const noting: Kernel = {
    ...kernel,
    createLinearModel(size) {
      const model = kernel.createLinearModel(size);
      models.push(model);
      return model;
    },
  };
  const living = new Living(noting, [1]);
  let largest = 0;
  noisySine(70_000).forEach((value, t) => {
    living.see(value, MONDAY + t * MINUTE);
    if (t % 1000 !== 0) return;
    const { weights, P } = (models[0] as LinearModel).save();
    const n = weights.length;
    for (let i = 0; i < n; i++) largest = Math.max(largest, P[i * n + i] as number);
  });
  expect(largest).toBeGreaterThan(5);
  expect(largest).toBeLessThan(12);
});

it('knows the usual size of its errors', () => {
  const values = noisySine(800);
  const rows = run(values, [3]);
  const errors = values.slice(3).map((value, t) => value - (rows[t]?.mean[0] as number));
  const meanSquare = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  expect(rows.at(-1)?.errorScale[0]).toBeCloseTo(Math.sqrt(meanSquare), 9);
});

it('gives the memory of the kernel back', () => {
  const kernel = createPlainKernel();
  const { linear } = new Living(kernel, [1, 5, 9]);
  expect(kernel.usedBytes).toBeGreaterThan(0);
  linear.free();
  expect(kernel.usedBytes).toBe(0);
});

describe('its state', () => {
  const values = withGap(noisySine(400), 150, 5);
  const times = gridTimes(400);
  statefulContract({
    create: () => new Living(createPlainKernel(), [1, 4]),
    advance: (living, t) => living.see(values[t] as number, times[t] as number),
    observe: ({ linear }) => [...linear.mean, ...linear.errorScale],
    cuts: [0, 1, 3, 4, 5, 100, 152],
    tail: 120,
  });
});
