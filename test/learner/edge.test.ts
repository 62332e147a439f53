import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { Edge } from '../../src/learner/edge.ts';
import { HorizonTrack } from '../../src/learner/horizonTrack.ts';
import { Observation } from '../../src/learner/observation.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import {
  constant,
  counter,
  MINUTE,
  MONDAY,
  makeSeries,
  noisySine,
  normal,
  randomWalk,
  roomTemperature,
  twoValued,
  whiteNoise,
} from '../support/series.ts';

/** The sun: nothing at night, at most 800. */
const sun = (rows: number, seed = 1): number[] =>
  makeSeries(rows, seed, (row, random) =>
    Math.max(0, Math.round(800 * Math.sin((2 * Math.PI * row) / 96) + 30 * normal(random))),
  );

function boundsAfter(values: readonly number[]): [number, number] {
  const [floor, ceiling] = [new Edge('lowest'), new Edge('highest')];
  for (const value of values) {
    floor.learn(value);
    ceiling.learn(value);
  }
  return [floor.bound(values.length), ceiling.bound(values.length)];
}

describe('a series rests', () => {
  it('at the floor where it comes back to it and stays', () => {
    expect(boundsAfter(sun(400))).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('at the ceiling as well', () => {
    expect(boundsAfter(sun(400).map((value) => 100 - value / 8))).toEqual([Number.NEGATIVE_INFINITY, 100]);
  });

  it.each<[string, readonly number[]]>([
    ['in its first days', sun(150)],
    ['where it only passes', noisySine(1000)],
    ['where it was once', [...constant(300, 0), ...noisySine(700)]],
    ['where it was seldom', [...sun(400), ...noisySine(8000)]],
    ['once a reading has been beyond', [...sun(400), -1, 5, 3]],
    ['in a total', counter(1000)],
  ])('nowhere %s', (_, values) => {
    expect(boundsAfter(values)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});

/** Two tracks that are told the same by one expert; one of them does not know where the series rests. */
function errorsOf(values: readonly number[], steps: number, error: (t: number) => number): [number, number, number] {
  const row = new Observation([steps]);
  const edgeless: Observation = Object.create(row, {
    lowest: { value: Number.NEGATIVE_INFINITY },
    highest: { value: Number.POSITIVE_INFINITY },
  });
  const [bounded, free] = [new HorizonTrack(steps, 0.9, [false]), new HorizonTrack(steps, 0.9, [false])];
  let [boundedError, freeError, below] = [0, 0, 0];
  values.forEach((value, t) => {
    row.advance({ at: toEpochMs(MONDAY + t * MINUTE), zoneOffset: toDurationMs(0), value });
    bounded.score(row);
    free.score(edgeless);
    if (!Number.isNaN(free.expected)) {
      boundedError += Math.abs(bounded.expected - value);
      freeError += Math.abs(free.expected - value);
    }
    const forecasts = Float64Array.of((values[t + steps] ?? value) + error(t));
    bounded.issue(forecasts, row);
    free.issue(forecasts, edgeless);
    if (t > 500 && bounded.lower < Math.min(...values)) below++;
  });
  return [boundedError, freeError, below];
}

/** Where a new lowest reading came while an edge had won nothing yet but what it would have won. */
const LOST_ONCE: readonly [(rows: number, seed?: number) => number[], number, number][] = [
  [roomTemperature, 278, 2.265141068965339],
  [roomTemperature, 869, 0.6809855436131723],
  [roomTemperature, 597, 0.08428895759546709],
  [roomTemperature, 568, 0.416201619295116],
];

describe('an edge', () => {
  it.each([1, 5])('never raises the error of any series, %i steps ahead', (steps) => {
    const kind = fc.constantFrom(sun, noisySine, randomWalk, roomTemperature, twoValued, whiteNoise, counter);
    const case_ = fc.tuple(kind, fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0.01, max: 20, noNaN: true }));
    fc.assert(
      fc.property(case_, ([make, seed, size]) => {
        const noise = makeSeries(1500, seed, (_, random) => size * normal(random));
        const [bounded, free] = errorsOf(make(1500, seed), steps, (t) => noise[t] as number);
        expect(bounded).toBeLessThanOrEqual(free * (1 + 1e-12));
      }),
      { numRuns: 40, examples: LOST_ONCE.map((example) => [example]) },
    );
  });

  it('is left by neither forecast nor bound once that has proved to be nearer, and the error falls', () => {
    const noise = makeSeries(1500, 3, (_, random) => 40 * normal(random));
    const [bounded, free, below] = errorsOf(sun(1500), 1, (t) => noise[t] as number);
    expect(bounded / free).toBeLessThan(0.85);
    expect(below).toBe(0);
  });

  it('that is left for good costs no more than it has brought', () => {
    const rests = [...sun(800), ...makeSeries(700, 5, (row, random) => -5 - row / 10 + normal(random))];
    const noise = makeSeries(1500, 4, (_, random) => normal(random));
    const [bounded, free] = errorsOf(rests, 3, (t) => noise[t] as number);
    expect(bounded).toBeLessThanOrEqual(free);
  });
});

describe('its state', () => {
  const values = sun(900);
  statefulContract({
    create: () => new Edge('lowest'),
    advance: (edge, row) => edge.learn(values[row] as number),
    observe: (edge) => [edge.bound(300)],
    cuts: [0, 60, 100, 250, 400],
    tail: 200,
  });
});
