import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { LearnerSettings } from '../../src/domain/streamSettings.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import type { StateIo } from '../../src/model/stateIo.ts';
import { KERNELS, type KernelUnderTest } from '../support/kernels.ts';
import { counter, learnerSettings, noisySine, randomWalk, toHorizons, toSteps, whiteNoise } from '../support/series.ts';

const KERNEL = (KERNELS.find(({ name }) => name === 'simd') ?? KERNELS[0]) as KernelUnderTest;
const SETTINGS = learnerSettings({
  horizons: toHorizons(1, 3),
  model: { hidden: 4, bptt: { every: 4, window: 8 }, replayRows: 32 },
});
/** In the array `row.moment` of a snapshot. */
const LAST_READING_AT = 7;
const FROM = 150;
const AFTER = 40;

function run(learner: StreamLearner, values: readonly number[], from = 0): Forecast[] {
  return toSteps(values)
    .slice(from)
    .map((step) => {
      const forecast = learner.step(step).toForecast();
      learner.learn();
      return forecast;
    });
}

const learnerOf = (settings: LearnerSettings = SETTINGS): StreamLearner => new StreamLearner(KERNEL.create(), settings);

const series = fc
  .tuple(fc.constantFrom(noisySine, counter, randomWalk, whiteNoise), fc.integer({ min: 1, max: 50 }))
  .map(([make, seed]) => make(FROM + AFTER + 20, seed));
const fault = fc.record({
  length: fc.integer({ min: 1, max: 11 }),
  value: fc.constantFrom(-127e6, 1e12, -65_535e5, 3e20),
  place: fc.integer({ min: 60, max: FROM }),
});

const replaced = (
  values: readonly number[],
  { length, place }: { length: number; place: number },
  by: number,
): number[] => values.map((value, row) => (row >= place && row < place + length ? by : value));

/**
 * Parts in which a doubted row differs from a missing one: the guard, the moment, the alarms, what was shown and the
 * skill of that.
 */
const OWN = /^(row\.guard|row\.moment|anomaly|firstRows|horizon\d\.(issued|numbers|published|persistence|expert\d))\b/;

function learnedBy(learner: StreamLearner): [string, ArrayLike<number>][] {
  return [...readSnapshot(learner.snapshot()).entries].filter(([name]) => !OWN.test(name));
}

const meansOf = (forecasts: readonly Forecast[]): unknown[] =>
  forecasts.map(({ horizons }) => horizons.map(({ mean, lower, upper }) => [mean, lower, upper]));

describe('up to eleven doubted rows', () => {
  it('teach nothing at all: everything that learns is as if they had been missing', () => {
    fc.assert(
      fc.property(series, fault, (values, { length, place, value }) => {
        const [doubting, missing] = [learnerOf(), learnerOf()];
        const end = place + length;
        run(doubting, replaced(values, { length, place }, value).slice(0, end));
        run(missing, replaced(values, { length, place }, Number.NaN).slice(0, end));
        expect(learnedBy(doubting)).toEqual(learnedBy(missing));
        const rest = replaced(values, { length, place }, value);
        expect(meansOf(run(doubting, rest, end))).toEqual(meansOf(run(missing, rest, end)));
        expect(learnedBy(doubting)).toEqual(learnedBy(missing));
        doubting.free();
        missing.free();
      }),
      { numRuns: 12 },
    );
  });

  it('are published at once as what will stay, at every distance', () => {
    fc.assert(
      fc.property(series, fault, (values, { length, place, value }) => {
        const learner = learnerOf();
        const forecasts = run(learner, replaced(values, { length, place }, value));
        for (const { horizons, source } of forecasts.slice(place, place + length)) {
          expect(horizons.map(({ mean }) => mean)).toEqual([value, value]);
          expect(source).toBe('last_value');
        }
        expect(forecasts[place + length]?.horizons[0]?.mean).not.toBe(value);
        expect(forecasts[place + length]?.samples).toBe(place + length + 1);
        learner.free();
      }),
      { numRuns: 6 },
    );
  });

  it('may be cut anywhere by a stop and a start', () => {
    fc.assert(
      fc.property(series, fault, fc.nat(11), (values, { length, place, value }, cut) => {
        const faulty = replaced(values, { length, place }, value);
        const whole = learnerOf();
        const expected = run(whole, faulty);
        const first = learnerOf();
        run(first, faulty.slice(0, place + cut));
        const second = new StreamLearner(KERNEL.create(), SETTINGS, first.snapshot());
        expect(run(second, faulty, place + cut)).toEqual(expected.slice(place + cut));
      }),
      { numRuns: 6 },
    );
  });
});

it('a stop and a start in the row of a new level change nothing', () => {
  const values = noisySine(200).map((value, row) => (row < 120 ? value : value + 1e6));
  const expected = run(learnerOf(), values);
  for (const cut of [119, 125, 131, 132, 133]) {
    const first = learnerOf();
    run(first, values.slice(0, cut));
    const second = new StreamLearner(KERNEL.create(), SETTINGS, first.snapshot());
    expect(run(second, values, cut)).toEqual(expected.slice(cut));
  }
});

/**
 * The same state, but the last reading came in `row`. Readings that were doubted and became the new level are no silence, while
 * missing ones are, and the networks see that.
 */
function withoutSilence(snapshot: Uint8Array, row: number): Uint8Array {
  const { schema, entries } = readSnapshot(snapshot);
  const moment = entries.get('row.moment') as Float64Array;
  moment[LAST_READING_AT] = toSteps(Array<number>(row + 1).fill(0))[row]?.at as number;
  const exchange = (io: StateIo): void => {
    for (const [name, array] of entries) io.array(name, array);
  };
  return saveSnapshot({ exchange }, schema);
}

describe('a level that moves for good', () => {
  it('changes nothing but the level: forecasts are those of the series that did not move, and the shift', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 60, max: FROM }),
        fc.constantFrom(-(2 ** 20), 2 ** 16, 2 ** 24),
        (seed, place, shift) => {
          const values = noisySine(FROM + AFTER + 20, seed);
          const last = values[place - 1] as number;
          const rest = values.map((value, row) => (row >= place && row < place + 12 ? last : value));
          const moved = run(
            learnerOf(),
            rest.map((value, row) => (row < place ? value : value + shift)),
          );
          const missing = learnerOf();
          run(missing, replaced(rest, { length: 11, place }, Number.NaN).slice(0, place + 11));
          const twin = new StreamLearner(KERNEL.create(), SETTINGS, withoutSilence(missing.snapshot(), place + 10));
          const still = run(twin, rest, place + 11);
          for (let row = place + 11; row < rest.length; row++) {
            moved[row]?.horizons.forEach(({ mean }, k) => {
              const expected = still[row - place - 11]?.horizons[k]?.mean as number;
              // A value beside a shift of 2²⁴ has fewer digits: hence not to the last one.
              expect(Math.abs(mean - shift - expected), `row ${row}`).toBeLessThan(1e-6);
            });
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('faults among the first thirty rows', () => {
  it('leave what is learned as if they had been missing', () => {
    const early = fc.record({ length: fc.integer({ min: 1, max: 10 }), place: fc.integer({ min: 0, max: 18 }) });
    fc.assert(
      fc.property(series, early, fc.constantFrom(-127e6, 1e12), (values, { length, place }, value) => {
        const learner = learnerOf();
        const other = learnerOf();
        const faulty = run(learner, replaced(values, { length, place }, value));
        const missing = run(other, replaced(values, { length, place }, Number.NaN));
        expect(meansOf(faulty.slice(30))).toEqual(meansOf(missing.slice(30)));
        expect(learnedBy(learner)).toEqual(learnedBy(other));
        expect(faulty.at(-1)?.samples).toBe(values.length);
      }),
      { numRuns: 12 },
    );
  });
});

describe('faults among the first sixty rows that are over', () => {
  /** Mean of the changes other than none. */
  const usualStep = (values: readonly number[]): number => {
    const changes = values.slice(1).map((value, i) => Math.abs(value - (values[i] as number)));
    const some = changes.filter((change) => change > 0);
    return some.reduce((sum, change) => sum + change, 0) / some.length;
  };

  const readingsOf = (learner: StreamLearner): number | undefined =>
    readSnapshot(learner.snapshot()).entries.get('row.readings')?.[0];

  /** The series itself, without the fault, has strayed from its way by less than a quarter of it: a walk may go anywhere meanwhile. */
  const isBack = (values: readonly number[], { length, place }: { length: number; place: number }, size: number) => {
    const drift = ((values.at(-1) as number) - (values[0] as number)) / (values.length - 1);
    const way = (values[place + length] as number) - (values[place - 1] as number);
    return Math.abs(way - drift * (length + 1)) < size / 4;
  };

  it('from twenty usual steps on leave what is learned as if they had been missing', () => {
    const early = fc.record({ length: fc.integer({ min: 1, max: 10 }), place: fc.integer({ min: 1, max: 49 }) });
    const size = fc.constantFrom(-1e6, -300, -20, 20, 60, 120, 4000);
    fc.assert(
      fc.property(series, early, size, (values, { length, place }, steps) => {
        const step = usualStep(values);
        fc.pre(isBack(values, { length, place }, Math.abs(steps * step)));
        const learner = learnerOf();
        const other = learnerOf();
        const faulty = values.map((value, row) =>
          row >= place && row < place + length ? value + steps * step : value,
        );
        const forecasts = run(learner, faulty);
        const missing = run(other, replaced(values, { length, place }, Number.NaN));
        const over = Math.max(30, place + length + 3);
        expect(meansOf(forecasts.slice(over))).toEqual(meansOf(missing.slice(over)));
        expect(learnedBy(learner)).toEqual(learnedBy(other));
        expect(forecasts.at(-1)?.samples).toBe(values.length);
      }),
      {
        numRuns: 24,
        // A total has gone half the way of the jump by itself meanwhile.
        examples: [
          [counter(FROM + AFTER + 20, 1), { length: 8, place: 2 }, -20],
          [counter(FROM + AFTER + 20, 2), { length: 9, place: 41 }, 20],
        ],
      },
    );
  });

  it('belong to the series where they come again', () => {
    const isOn = (row: number): boolean => row >= 20 && row % 20 < 6;
    const sine = noisySine(150);
    const values = sine.map((value, row) => (isOn(row) ? value + 40 * usualStep(sine) : value));
    const learner = learnerOf();
    run(learner, values.slice(0, 40));
    expect(readingsOf(learner)).toBe(34);
    run(learner, values, 40);
    expect(readingsOf(learner)).toBe(150);
  });

  it('may be cut anywhere by a stop and a start', () => {
    const values = noisySine(120).map((value, row) => (row >= 40 && row < 46 ? value + 500 : value));
    const expected = run(learnerOf(), values);
    for (const cut of [10, 30, 31, 41, 46, 48, 49, 50, 74, 75, 76]) {
      const first = learnerOf();
      run(first, values.slice(0, cut));
      const second = new StreamLearner(KERNEL.create(), SETTINGS, first.snapshot());
      expect(run(second, values, cut)).toEqual(expected.slice(cut));
    }
  });
});

describe('valid', () => {
  const valid = { min: 18, max: 22 };
  it('is left by no forecast and no bound, not even in a doubt', () => {
    const values = noisySine(400).map((value) => Math.min(Math.max(value, 18), 22));
    const forecasts = run(learnerOf({ ...SETTINGS, valid }), values);
    for (const { horizons, expected } of forecasts) {
      for (const each of expected === null ? horizons : [...horizons, expected]) {
        for (const number of [each.mean, each.lower ?? 20, each.upper ?? 20]) {
          expect(number).toBeGreaterThanOrEqual(18);
          expect(number).toBeLessThanOrEqual(22);
        }
      }
    }
  });
});
