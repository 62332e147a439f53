import { expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import type { Expert } from '../../src/learner/experts/expert.ts';
import { Observation } from '../../src/learner/observation.ts';
import type { Stateful, StateIo } from '../../src/model/stateIo.ts';
import {
  constant,
  counter,
  gridTimes,
  MINUTE,
  makeSeries,
  noisySine,
  squareWave,
  twoValued,
  whiteNoise,
  withGap,
  withSpike,
  withUnitChange,
} from '../support/series.ts';
import { statefulContract } from './statefulContract.ts';

const HORIZONS: readonly number[] = [1, 5];
const MISSING = Number.NaN;

/** Each is hard on someone: the scalers, float32, the features or the guard. */
const SERIES: readonly (readonly [string, readonly number[]])[] = [
  ['a noisy day', noisySine(600)],
  ['a constant', constant(600)],
  ['a constant that moves once', [...constant(400), ...constant(200, 7.5)]],
  ['a pump', squareWave(600)],
  ['a counter', counter(600)],
  ['a contact', twoValued(600)],
  ['a spike', withSpike(noisySine(600), 300, 1e6)],
  ['another unit', withUnitChange(noisySine(600), 300)],
  ['gaps', withGap(withGap(noisySine(600), 100, 50), 300, 1)],
  ['nearly nothing but gaps', makeSeries(600, 1, (t) => (t % 50 === 0 ? t : MISSING))],
  ['an early 1e30', withSpike(whiteNoise(600), 20, 1e30)],
  ['alternating giants', makeSeries(600, 1, (t) => (t % 2 === 0 ? 1e30 : -1e30))],
  ['beyond float32', makeSeries(600, 1, (t) => (t % 2 === 0 ? 1e308 : -1e308))],
  ['the smallest numbers', makeSeries(600, 1, (t) => (t % 3) * Number.MIN_VALUE)],
];

/** An expert with the row that it sees, and what it said last. */
class Living implements Stateful {
  readonly expert: Expert;
  readonly row: Observation = new Observation(HORIZONS);
  readonly forecast: Float64Array = new Float64Array(HORIZONS.length).fill(Number.NaN);

  constructor(expert: Expert) {
    this.expert = expert;
  }

  see(value: number, at: number): boolean {
    if (!this.row.advance({ at: toEpochMs(at), zoneOffset: toDurationMs(60 * MINUTE), value })) return false;
    this.expert.observe(this.row);
    this.expert.predict(this.forecast, this.row);
    return true;
  }

  exchange(io: StateIo): void {
    this.row.exchange(io.within('row'));
    this.expert.exchange(io.within('expert'));
    io.array('forecast', this.forecast);
  }
}

/** The forecasts (T, K) of the rows that had one. */
function forecastsOf(expert: Expert, values: readonly number[]): number[][] {
  const living = new Living(expert);
  const times = gridTimes(values.length);
  const forecasts: number[][] = [];
  values.forEach((value, t) => {
    if (!living.see(value, times[t] as number)) return;
    forecasts.push([...living.forecast]);
    expert.learn();
  });
  expert.free();
  return forecasts;
}

/** Contract of every expert. @param create for the horizons 1 and 5, always with the same seed */
export function expertContract(create: (horizons: readonly number[]) => Expert): void {
  const fresh = (): Expert => create(HORIZONS);

  it.each(SERIES)('answers from the first row on, with finite numbers only: %s', (_, values) => {
    const forecasts = forecastsOf(fresh(), values);
    expect(forecasts.flat().every(Number.isFinite)).toBe(true);
  });

  it('stays healthy on all of them, one after the other', () => {
    const expert = fresh();
    const living = new Living(expert);
    const times = gridTimes(SERIES.length * 600);
    SERIES.flatMap(([, values]) => values).forEach((value, t) => {
      if (living.see(value, times[t] as number)) expert.learn();
      expect(living.forecast.every((mean) => Number.isFinite(mean) || living.row.count === 0)).toBe(true);
    });
    expect(expert.isHealthy).toBe(true);
  });

  it('begins close to "no change"', () => {
    const values = noisySine(50);
    forecastsOf(fresh(), values).forEach((forecast, t) => {
      for (const mean of forecast) expect(Math.abs(mean - (values[t] as number))).toBeLessThan(2);
    });
  });

  it('says the same for the same rows', () => {
    const values = noisySine(400);
    expect(forecastsOf(fresh(), values)).toEqual(forecastsOf(fresh(), values));
  });

  it('knows nothing of rows that have not come', () => {
    const values = noisySine(400);
    const other = values.map((value, t) => (t < 300 ? value : 5 * value - 3));
    const forecasts = forecastsOf(fresh(), values);
    const others = forecastsOf(fresh(), other);
    expect(others.slice(0, 300)).toEqual(forecasts.slice(0, 300));
    expect(others.slice(300)).not.toEqual(forecasts.slice(300));
  });

  it('only reads the row', () => {
    const expert = fresh();
    const living = new Living(expert);
    const reference = new Observation(HORIZONS);
    noisySine(200).forEach((value, t) => {
      const at = gridTimes(200)[t] as number;
      living.see(value, at);
      expert.learn();
      reference.advance({ at: toEpochMs(at), zoneOffset: toDurationMs(60 * MINUTE), value });
      expect(living.row.value).toBe(reference.value);
      expect(living.row.scales).toEqual(reference.scales);
      expect(living.row.count).toBe(reference.count);
    });
  });

  it('learns nothing about the forecast while it makes it', () => {
    const early = new Living(fresh());
    const late = new Living(fresh());
    const times = gridTimes(200);
    noisySine(200).forEach((value, t) => {
      early.see(value, times[t] as number);
      if (t > 0) late.expert.learn();
      late.see(value, times[t] as number);
      expect(late.forecast).toEqual(early.forecast);
      early.expert.learn();
    });
  });

  const rows = withGap(noisySine(500), 230, 4);
  const times = gridTimes(500);
  statefulContract({
    create: () => new Living(fresh()),
    advance: (living, t) => {
      living.see(rows[t] as number, times[t] as number);
      living.expert.learn();
    },
    observe: (living) => [...living.forecast, living.expert.isHealthy],
    cuts: [0, 1, 3, 6, 50, 201, 232],
    tail: 150,
  });
}
