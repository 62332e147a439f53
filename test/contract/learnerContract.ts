import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/domain/forecast.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { Learner } from '../../src/learner/learner.ts';
import {
  constant,
  counter,
  gridTimes,
  irregularTimes,
  makeSeries,
  noisySine,
  randomWalk,
  roomTemperature,
  squareWave,
  toSteps,
  twoValued,
  whiteNoise,
  withGap,
  withSpike,
  withStep,
  withUnitChange,
} from '../support/series.ts';

export interface LearnerSubject {
  /** Always with the same settings and seed; on a snapshot where there is one. */
  create(snapshot?: Uint8Array): Learner;
  /** Steps ahead, smallest first. */
  readonly horizons: readonly number[];
  /** k1 */
  readonly every: number;
  /** Whether it can be better than the last value. */
  readonly canLearn: boolean;
  /** Whether an always-on baseline holds it where it cannot. */
  readonly isGuarded: boolean;
}

const ROWS = 500;
const GIANTS = makeSeries(ROWS, 1, (t) => (t % 2 === 0 ? 1e30 : -1e30));

const ODD_SERIES: readonly (readonly [string, readonly number[]])[] = [
  ['a constant', constant(ROWS)],
  ['a constant zero', constant(ROWS, 0)],
  ['a constant with one step', withStep(constant(ROWS), 300, 0.1)],
  ['an early 1e30', withSpike(whiteNoise(ROWS), 20, 1e30)],
  ['a late 1e30', withSpike(whiteNoise(ROWS), 300, 1e30)],
  ['1e30 for good', whiteNoise(ROWS).map((value, t) => (t > 300 ? 1e30 * value : value))],
  ['1e308 at first', [1e308, -1e308, ...whiteNoise(ROWS)]],
  ['±1e308 now and then', whiteNoise(ROWS).map((value, t) => (t % 7 === 0 ? 1e308 * (1 - (t % 2) * 2) : value))],
  ['±1e308 always', GIANTS.map((value) => value * 1e278)],
  ['alternating ±1e30', GIANTS],
  ['±1e37 where the guard ends', GIANTS.map((value) => value * 1e7)],
  ['infinities', whiteNoise(ROWS).map((value, t) => (t % 11 === 0 ? (t % 2 === 0 ? 1 : -1) / 0 : value))],
  ['the smallest numbers', makeSeries(ROWS, 1, (t) => (t % 3) * Number.MIN_VALUE)],
  ['gaps', withGap(withGap(noisySine(ROWS), 0, 40), 200, 100)],
  ['nothing', constant(ROWS, Number.NaN)],
  ['one reading', withSpike(constant(ROWS, Number.NaN), 250, 3)],
  ['steps', withStep(withStep(noisySine(ROWS), 200, 1000), 400, -1e6)],
  ['another unit', withUnitChange(noisySine(ROWS), 300)],
  ['two values', twoValued(ROWS)],
  ['a pump', squareWave(ROWS)],
  ['a counter', counter(ROWS, 1, 1e15)],
];

/** Names of the numbers that a forecast publishes and that are neither finite nor null. */
function brokenOf(forecast: Forecast): string[] {
  const { value, expected, horizons, anomalyScore, skill, coverage, samples, at } = forecast;
  const numbers = { value, anomalyScore, skill, coverage, samples, at, ...numbersOf('expected', expected) };
  horizons.forEach((horizon, k) => {
    Object.assign(numbers, numbersOf(`horizons[${k}]`, horizon));
  });
  return Object.entries(numbers).flatMap(([name, number]) =>
    number === null || Number.isFinite(number) ? [] : [`${name} = ${number}`],
  );
}

function numbersOf(name: string, expectation: Forecast['expected']): Record<string, number | null> {
  if (expectation === null) return {};
  const { mean, lower, upper } = expectation;
  return { [`${name}.mean`]: mean, [`${name}.lower`]: lower, [`${name}.upper`]: upper };
}

/** Each row in the host's order: step, hand out, learn. */
function live(learner: Learner, steps: readonly Step[]): Forecast[] {
  return steps.map((step) => {
    const forecast = learner.step(step);
    learner.learn();
    return forecast;
  });
}

const NOISY = toSteps(noisySine(1200));

/** What every learner must do, whatever it is made of. */
export function learnerContract(subject: LearnerSubject): void {
  const { create, horizons } = subject;

  describe('survives', () => {
    it.each(ODD_SERIES)('%s: every number it publishes is finite or null', (_, values) => {
      const learner = create();
      live(learner, toSteps(values)).forEach((forecast, t) => {
        expect(brokenOf(forecast), `row ${t}`).toEqual([]);
      });
      live(learner, toSteps(noisySine(50))).forEach((forecast, t) => {
        expect(brokenOf(forecast), `row ${t} after it`).toEqual([]);
      });
      learner.free();
    });

    it.each<[string, number[]]>([
      ['the same moment again and again', gridTimes(ROWS, 0)],
      ['a clock that runs back', gridTimes(ROWS, -1000)],
      ['a clock that jumps', gridTimes(ROWS).map((at, t) => at + (t % 50 === 0 ? 1e12 : 0))],
      ['times long before the epoch', gridTimes(ROWS, 60_000, -8.64e15)],
      ['times at the end of the calendar', gridTimes(ROWS, 60_000, 8.64e15 - ROWS * 60_000)],
      ['irregular times', irregularTimes(ROWS)],
    ])('%s', (_, times) => {
      const learner = create();
      for (const forecast of live(learner, toSteps(noisySine(ROWS), times))) expect(brokenOf(forecast)).toEqual([]);
      learner.free();
    });

    it('any numbers at any times', () => {
      const numbers = fc.oneof(fc.double(), fc.double({ min: -100, max: 100 }), fc.constantFrom(0, 1, 1e30, -1e30));
      const rows = fc.array(fc.tuple(numbers, fc.integer({ min: -1e13, max: 1e13 })), { minLength: 1, maxLength: 80 });
      const property = fc.property(rows, (drawn) => {
        const learner = create();
        const steps = toSteps(
          drawn.map(([value]) => value),
          drawn.map(([, at]) => at),
        );
        for (const forecast of live(learner, steps)) expect(brokenOf(forecast)).toEqual([]);
        learner.free();
      });
      fc.assert(property, { numRuns: 60, seed: 1 });
    });
  });

  describe('is deterministic', () => {
    it('same settings and steps, same forecasts and same bytes', () => {
      const one = create();
      const other = create();
      expect(live(one, NOISY)).toEqual(live(other, NOISY));
      expect(one.snapshot()).toEqual(other.snapshot());
    });

    it('whether the host lets it learn early, late or never', () => {
      const early = create();
      const late = create();
      const asked = create();
      for (const step of NOISY) {
        const forecast = early.step(step);
        early.learn();
        expect(late.step(step)).toEqual(forecast);
        expect(asked.step(step)).toEqual(forecast);
        asked.learn();
        asked.learn();
      }
      expect(late.snapshot()).toEqual(early.snapshot());
      expect(asked.snapshot()).toEqual(early.snapshot());
    });

    it('and keeps nothing that the host may change: neither steps nor forecasts nor snapshots', () => {
      const learner = create();
      const reference = create();
      for (const step of NOISY.slice(0, 300)) {
        const shared = { ...step };
        const forecast = structuredClone(learner.step(shared));
        Object.assign(shared, { at: 0, value: 1e9, zoneOffset: 5 });
        learner.learn();
        learner.snapshot().fill(0);
        expect(forecast).toEqual(reference.step(step));
      }
    });

    it('and does not touch a forecast that it has handed out', () => {
      const learner = create();
      const forecasts = live(learner, NOISY.slice(0, 300));
      const copies = structuredClone(forecasts);
      live(learner, NOISY.slice(300, 400));
      expect(forecasts).toEqual(copies);
    });
  });

  describe('goes on from its snapshot as if nothing had happened', () => {
    const gappy = toSteps([
      ...withGap(withSpike(noisySine(500), 333, 1e7), 410, 3),
      ...withSpike(noisySine(900, 2, { noise: 0.7 }), 150, 60),
    ]);
    const cuts = [0, 1, 2, 5, 7, 150, 205, 334, 411, 500, 655, 801];

    it.each(cuts)('after %i rows: the next 200 forecasts and the bytes after them', (cut) => {
      const original = create();
      live(original, gappy.slice(0, cut));
      const saved = original.snapshot();
      const copy = create(saved);
      expect(copy.snapshot()).toEqual(saved);
      const tail = gappy.slice(cut, cut + 200);
      expect(live(copy, tail)).toEqual(live(original, tail));
      expect(copy.snapshot()).toEqual(original.snapshot());
    });

    it('in every phase of k1, with learning still pending', () => {
      for (let cut = 640; cut <= 640 + subject.every; cut++) {
        const original = create();
        const unsaved = create();
        for (const step of gappy.slice(0, cut)) {
          original.step(step);
          unsaved.step(step);
        }
        const copy = create(original.snapshot());
        const tail = gappy.slice(cut, cut + 60);
        const forecasts = live(unsaved, tail);
        expect(live(original, tail)).toEqual(forecasts);
        expect(live(copy, tail)).toEqual(forecasts);
      }
    });

    it('in the silence before the first reading', () => {
      const original = create();
      const silence = toSteps(constant(3, Number.NaN));
      live(original, silence);
      const copy = create(original.snapshot());
      expect(live(copy, NOISY.slice(0, 100))).toEqual(live(original, NOISY.slice(0, 100)));
    });

    it('as often as it likes', () => {
      let restarted = create();
      const original = create();
      const published = NOISY.slice(0, 200).map((step) => {
        const forecast = restarted.step(step);
        const saved = restarted.snapshot();
        restarted.free();
        restarted = create(saved);
        return forecast;
      });
      expect(published).toEqual(live(original, NOISY.slice(0, 200)));
    });
  });

  describe('never looks ahead', () => {
    it('other rows from N on change no forecast before N', () => {
      const values = noisySine(900);
      const N = 700;
      const forecasts = live(create(), toSteps(values));
      for (const other of [constant(900), randomWalk(900), constant(900, Number.NaN), constant(900, 1e300)]) {
        const steps = toSteps(values.map((value, t) => (t < N ? value : (other[t] as number))));
        expect(live(create(), steps).slice(0, N)).toEqual(forecasts.slice(0, N));
      }
    });

    it('what was expected for a row is what was forecast the smallest horizon before it', () => {
      const forecasts = live(create(), NOISY.slice(0, 400));
      const [first] = horizons as [number];
      forecasts.forEach(({ expected }, t) => {
        const issued = forecasts[t - first]?.horizons[0];
        if (issued === undefined) expect(expected).toBeNull();
        else expect(expected).toEqual({ mean: issued.mean, lower: issued.lower, upper: issued.upper });
      });
    });

    it('what it learns from a row shows in no forecast but the later ones', () => {
      const values = noisySine(400);
      const one = live(create(), toSteps(values));
      const other = live(create(), toSteps(values.with(300, (values[300] as number) + 2)));
      expect(other.slice(0, 300)).toEqual(one.slice(0, 300));
      expect(other[300]?.expected).toEqual(one[300]?.expected);
      expect(other[300]?.horizons).not.toEqual(one[300]?.horizons);
    });
  });

  describe('says what it knows', () => {
    it('one forecast per horizon, smallest first, from the first reading on', () => {
      const forecasts = live(create(), toSteps(withGap(noisySine(50), 0, 5)));
      forecasts.forEach((forecast, t) => {
        expect(forecast.horizons.map(({ horizon }) => horizon.steps)).toEqual(t < 5 ? [] : [...horizons]);
      });
    });

    it('for whom, when and what', () => {
      for (const step of NOISY.slice(0, 20)) {
        const { stream, at, value } = create().step(step);
        expect({ stream, at, value }).toEqual({ stream: step.stream, at: step.at, value: step.value });
      }
    });

    it('an interval that covers about nine of ten', () => {
      const steps = toSteps(noisySine(4000, 7));
      const forecasts = live(create(), steps);
      horizons.forEach((h, k) => {
        let inside = 0;
        for (let t = 1000; t < 4000 - h; t++) {
          const { lower, upper } = forecasts[t]?.horizons[k] ?? { lower: null, upper: null };
          const value = steps[t + h]?.value as number;
          if (lower !== null && upper !== null && value >= lower && value <= upper) inside++;
        }
        expect(Math.abs(inside / (3000 - h) - 0.9)).toBeLessThan(0.03);
      });
      expect(forecasts.at(-1)?.coverage).toBeGreaterThan(0.85);
      expect(forecasts.at(-1)?.state).toBe('active');
    });

    it('the anomaly of a spike, and none in the quiet around it', () => {
      const learner = create();
      const forecasts = live(learner, toSteps(withSpike(noisySine(2000), 1500, 60)));
      expect(forecasts[1500]?.anomalyScore).toBeGreaterThan(1);
      expect(forecasts[1500]?.anomaly).toBe(true);
      expect(forecasts.slice(1000, 1500).filter(({ anomaly }) => anomaly).length).toBeLessThan(20);
    });
  });

  const errorsOf = (values: readonly number[], from: number): { own: number; last: number }[] => {
    const learner = create();
    const forecasts = live(learner, toSteps(values));
    learner.free();
    return horizons.map((h, k) => {
      let own = 0;
      let last = 0;
      for (let t = from; t < values.length - h; t++) {
        const target = values[t + h] as number;
        own += Math.abs((forecasts[t]?.horizons[k]?.mean as number) - target);
        last += Math.abs((values[t] as number) - target);
      }
      return { own, last };
    });
  };

  if (subject.isGuarded) {
    it.each([
      ['white noise', whiteNoise(4000)],
      ['a random walk', randomWalk(4000)],
      ['a room in tenths of a degree', roomTemperature(4000)],
      ['a contact', twoValued(4000)],
    ])('is never worse than the last value by more than 2 %% on %s', (_, values) => {
      for (const { own, last } of errorsOf(values, 500)) expect(own / last).toBeLessThan(1.02);
    });
  }

  if (subject.canLearn) {
    it('is better than the last value by a fifth on a noisy sine, at every horizon', () => {
      for (const { own, last } of errorsOf(noisySine(6000), 3000)) expect(own / last).toBeLessThan(0.8);
    });

    it('has the same skill in any unit and from any zero', () => {
      const values = noisySine(4000);
      const scaled = errorsOf(
        values.map((value) => 1000 * value + 5),
        2000,
      );
      errorsOf(values, 2000).forEach(({ own, last }, k) => {
        const ratio = (scaled[k]?.own as number) / (scaled[k]?.last as number);
        expect(ratio / (own / last)).toBeGreaterThan(0.97);
        expect(ratio / (own / last)).toBeLessThan(1.03);
      });
    });
  }
}
