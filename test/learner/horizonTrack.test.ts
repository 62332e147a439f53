import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { HorizonTrack } from '../../src/learner/horizonTrack.ts';
import { Observation } from '../../src/learner/observation.ts';
import type { Stateful, StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { MINUTE, MONDAY, makeSeries, noisySine, roomTemperature, withGap } from '../support/series.ts';

/** A track fed by two experts: a baseline that says the last value (or less well), and one that errs by `error`. */
class Run implements Stateful {
  readonly row: Observation;
  readonly track: HorizonTrack;
  readonly #values: readonly number[];
  readonly #error: (t: number) => number;

  constructor(steps: number, values: readonly number[], error: (t: number) => number, isBaseline = [true, false]) {
    this.row = new Observation([steps]);
    this.track = new HorizonTrack(steps, 0.9, isBaseline);
    this.#values = values;
    this.#error = error;
  }

  /** Forecasts of the two experts at row t. */
  forecastsAt(t: number): Float64Array {
    const truth = this.#values[t + this.track.steps] as number;
    return Float64Array.of(this.row.value, (Number.isNaN(truth) ? 0 : truth) + this.#error(t));
  }

  step(t: number): void {
    this.row.advance({
      at: toEpochMs(MONDAY + t * MINUTE),
      zoneOffset: toDurationMs(0),
      value: this.#values[t] as number,
    });
    this.track.score(this.row);
    this.track.issue(this.forecastsAt(t), this.row);
  }

  exchange(io: StateIo): void {
    this.row.exchange(io.within('row'));
    this.track.exchange(io.within('track'));
  }
}

const VALUES = noisySine(2100);
const ERRORS = makeSeries(2100, 5, (_, random) => random.uniform(-0.2, 0.2));
const good = (t: number): number => ERRORS[t] as number;
const bad = (t: number): number => 100 * (ERRORS[t] as number);

describe.each([1, 2, 7])('%i steps ahead', (steps) => {
  it('expects for a row what was forecast that many rows before, and nothing before that', () => {
    const run = new Run(steps, VALUES, good);
    const issued: { mean: number; lower: number; upper: number }[] = [];
    for (let t = 0; t < 300; t++) {
      run.step(t);
      const { expected, expectedLower, expectedUpper, mean, lower, upper } = run.track;
      expect(expected, `row ${t}`).toBe(issued[t - steps]?.mean ?? Number.NaN);
      expect(expectedLower, `row ${t}`).toBe(issued[t - steps]?.lower ?? Number.NaN);
      expect(expectedUpper, `row ${t}`).toBe(issued[t - steps]?.upper ?? Number.NaN);
      issued.push({ mean, lower, upper });
    }
  });

  it('scores nothing before the first reading has come for a forecast', () => {
    const ramp = Array.from({ length: 20 }, (_, t) => t);
    const run = new Run(steps, ramp, good);
    for (let t = 0; t < steps; t++) {
      run.step(t);
      expect(run.track.skill).toBeNaN();
      expect(run.track.lower).toBeNaN();
      expect(run.track.mix.weights[0]).toBe(0.5);
    }
    run.step(steps);
    expect(run.track.skill).not.toBeNaN();
    expect(run.track.upper).not.toBeNaN();
    expect(run.track.mix.weights[0]).not.toBe(0.5);
  });

  it.each([
    ['a better expert', good],
    ['a worse one', bad],
  ])('has the skill of its errors against the last value, discounted by 0.998 a row, beside %s', (_, error) => {
    const run = new Run(steps, VALUES, error);
    const issued: number[] = [];
    let published = 0;
    let lastValue = 0;
    for (let t = 0; t < 1200; t++) {
      run.step(t);
      if (t >= steps) {
        const value = VALUES[t] as number;
        published = 0.998 * published + Math.abs((issued[t - steps] as number) - value);
        lastValue = 0.998 * lastValue + Math.abs((VALUES[t - steps] as number) - value);
        expect(run.track.skill).toBeCloseTo(1 - published / lastValue, 9);
      }
      issued.push(run.track.mean);
    }
    expect(run.track.skill > 0.3).toBe(error === good);
    expect(run.track.skill).toBeGreaterThan(-0.02);
  });
});

it('remembers what each expert expected for a row, whoever was published', () => {
  const run = new Run(3, VALUES, bad);
  for (let t = 0; t < 200; t++) {
    run.step(t);
    const [lastValue, network] = run.track.matured;
    if (t < 3) expect([lastValue, network]).toEqual([Number.NaN, Number.NaN]);
    else expect(lastValue).toBe(VALUES[t - 3]);
    if (t >= 3) expect(network).toBeCloseTo((VALUES[t] as number) + bad(t - 3), 9);
  }
});

it('publishes the baseline as it is while the gate is shut', () => {
  const run = new Run(3, VALUES, bad);
  for (let t = 0; t < 500; t++) {
    run.step(t);
    expect(run.track.mean).toBe(VALUES[t]);
  }
  expect(run.track.skill).toBe(0);
});

it('keeps the skill of 0 where baseline and answer are both exactly right', () => {
  const run = new Run(1, new Array<number>(100).fill(7), () => 0);
  for (let t = 0; t < 50; t++) run.step(t);
  expect(run.track.skill).toBe(0);
});

it('measures the skill against the last value where no expert is a baseline', () => {
  const run = new Run(1, VALUES, good, [false, false]);
  for (let t = 0; t < 1000; t++) run.step(t);
  expect(run.track.skill).toBeGreaterThan(0.5);
});

it('measures the skill against the best baseline, where that beats the last value', () => {
  const run = new Run(1, VALUES, good, [true, true]);
  for (let t = 0; t < 1000; t++) run.step(t);
  expect(run.track.skill).toBeLessThan(0.05);
});

it('gives a finite skill where the best baseline is exactly right and the answer is not', () => {
  const run = new Run(1, new Array<number>(100).fill(7), () => 3, [false, false]);
  for (let t = 0; t < 50; t++) run.step(t);
  expect(run.track.skill).toBe(-1e6);
});

it('scores no row that has no reading, and no forecast twice', () => {
  const gappy = withGap(VALUES, 100, 20);
  const run = new Run(5, gappy, good);
  for (let t = 0; t < 100; t++) run.step(t);
  const { skill } = run.track;
  const { coverage } = run.track.interval;
  const weights = [...run.track.mix.weights];
  for (let t = 100; t < 120; t++) {
    run.step(t);
    expect([run.track.skill, run.track.interval.coverage]).toEqual([skill, coverage]);
    expect([...run.track.mix.weights]).toEqual(weights);
  }
  run.step(120);
  expect(run.track.skill).not.toBe(skill);
});

it('covers nine of ten readings with what was issued for them', () => {
  const run = new Run(4, VALUES, good);
  let inside = 0;
  for (let t = 0; t < 2000; t++) {
    run.step(t);
    const { expectedLower, expectedUpper } = run.track;
    const value = VALUES[t] as number;
    if (t >= 500 && value >= expectedLower && value <= expectedUpper) inside++;
  }
  expect(Math.abs(inside / 1500 - 0.9)).toBeLessThan(0.03);
});

it('counts the coverage over the readings that changed since the forecast was made', () => {
  const room = roomTemperature(800);
  const run = new Run(3, room, good, [false, false]);
  const inside: number[] = [];
  for (let t = 0; t < 790; t++) {
    run.step(t);
    const { expectedLower, expectedUpper } = run.track;
    const hasChanged = Math.abs((room[t] as number) - (room[t - 3] as number)) > run.row.resolution / 2;
    if (!hasChanged || Number.isNaN(expectedLower)) continue;
    inside.push((room[t] as number) >= expectedLower && (room[t] as number) <= expectedUpper ? 1 : 0);
  }
  const last = inside.slice(-500);
  expect(inside.length).toBeLessThan(700);
  expect(run.track.interval.coverage).toBeCloseTo(last.reduce((sum, one) => sum + one, 0) / last.length, 12);
});

it('weighs the experts by what they said then, not by what they say now', () => {
  const run = new Run(6, VALUES, good);
  for (let t = 0; t < 300; t++) run.step(t);
  expect(run.track.mix.weights[1]).toBeGreaterThan(0.9);
  expect(run.track.mix.source).toBe(1);
});

describe('its state', () => {
  statefulContract({
    create: () => new Run(3, withGap(VALUES, 420, 2), (t) => (t % 400 < 200 ? good(t) : bad(t))),
    advance: (run, t) => run.step(t),
    observe: ({ track }) => [
      ...[track.expected, track.expectedLower, track.expectedUpper, track.mean, track.lower, track.upper, track.skill],
      ...[track.interval.coverage, track.mix.source, ...track.mix.weights],
    ],
    cuts: [0, 1, 2, 100, 333, 421],
    tail: 300,
  });
});
