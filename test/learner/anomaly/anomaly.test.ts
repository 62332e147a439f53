import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnomalySettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { Anomaly } from '../../../src/learner/anomaly/anomaly.ts';
import type { AnomalyLikelihood } from '../../../src/learner/anomaly/anomalyLikelihood.ts';
import { Observation } from '../../../src/learner/observation.ts';
import type { Stateful, StateIo } from '../../../src/model/stateIo.ts';
import { statefulContract } from '../../contract/statefulContract.ts';
import { constant, MINUTE, MONDAY, makeSeries, normal, whiteNoise, withGap, withSpike } from '../../support/series.ts';
import { makeSettings } from '../../support/settings.ts';

/** The anomaly score beside forecasters that always say 10, unless they are told otherwise. */
class Watch implements Stateful {
  readonly anomaly: Anomaly;
  readonly row = new Observation([1]);
  readonly #expected = new Float64Array(3);
  #rows = 0;

  constructor(minReadings = 200, policy: Partial<AnomalySettings> = {}, watched: readonly number[] = [0]) {
    this.anomaly = new Anomaly({ ...makeSettings().anomaly, ...policy }, minReadings, watched);
  }

  see(value: number, expected: readonly number[] = [10, 10, 10]): void {
    this.row.advance({ at: toEpochMs(MONDAY + this.#rows++ * MINUTE), zoneOffset: toDurationMs(0), value });
    this.#expected.set(this.#rows === 1 ? [Number.NaN, Number.NaN, Number.NaN] : expected);
    this.anomaly.update(this.row, this.#expected, this.#expected[0] as number);
  }

  exchange(io: StateIo): void {
    this.anomaly.exchange(io.within('anomaly'));
    this.row.exchange(io.within('row'));
    this.#rows = io.number('rows', this.#rows);
  }
}

interface Seen {
  readonly score: number | null;
  readonly isActive: boolean;
}

function watch(values: readonly number[], watching = new Watch(), expected?: (t: number) => readonly number[]): Seen[] {
  return values.map((value, t) => {
    watching.see(value, expected?.(t));
    const { score, isActive } = watching.anomaly;
    return { score: Number.isNaN(score) ? null : score, isActive };
  });
}

const scoresOf = (...args: Parameters<typeof watch>): number[] =>
  watch(...args).map(({ score }) => score ?? Number.NaN);
const highest = (scores: readonly number[], from: number, to?: number): number => Math.max(...scores.slice(from, to));
const startsOf = (seen: readonly Seen[]): number[] =>
  seen.flatMap(({ isActive }, t) => (isActive && seen[t - 1]?.isActive !== true ? [t] : []));

describe('while warming up', () => {
  it('has no score and raises no alarm before 200 errors', () => {
    const seen = watch(withSpike(whiteNoise(220), 150, 60));
    expect(seen.slice(0, 200).every(({ score, isActive }) => score === null && !isActive)).toBe(true);
    expect(seen[200]?.score).not.toBeNull();
  });

  it('has none before min_samples readings either', () => {
    const seen = watch(withGap(whiteNoise(400), 100, 10), new Watch(300));
    expect(seen.findIndex(({ score }) => score !== null)).toBe(309);
  });
});

describe('it sees', () => {
  const quiet = whiteNoise(1000);

  it('a spike, at once, and says so', () => {
    const seen = watch(withSpike(quiet, 700, 60));
    expect(seen[700]?.score).toBeGreaterThan(1);
    expect(seen[700]?.isActive).toBe(true);
    expect([seen[699]?.isActive, seen[720]?.isActive]).toEqual([false, false]);
  });

  it('an absurd reading, by what came and not by what was learned instead', () => {
    const seen = watch(withSpike(withSpike(quiet, 700, 1e9), 900, 1e9));
    expect([seen[700]?.score, seen[900]?.score]).toEqual([100, 100]);
  });

  it('wrong forecasts of readings that are nothing special in themselves', () => {
    const expected = (t: number): number[] => [(quiet[t] as number) + (t >= 700 ? 4 : 0.5) * (t % 2 === 0 ? 1 : -1)];
    const seen = watch(quiet, new Watch(), expected);
    expect(
      highest(
        seen.map(({ score }) => score ?? 0),
        200,
        700,
      ),
    ).toBeLessThan(1);
    expect(startsOf(seen)[0]).toBeLessThan(710);
  });

  it('wrong forecasts of all watched experts, not of one alone, and of no other', () => {
    const errorsOf = (t: number, sizes: readonly number[]): number[] =>
      sizes.map((size) => (quiet[t] as number) + (t >= 700 ? size : 0.5) * (t % 2 === 0 ? 1 : -1));
    const isAlarmed = (...sizes: readonly number[]): boolean =>
      startsOf(watch(quiet, new Watch(200, {}, [0, 2]), (t) => errorsOf(t, sizes))).length > 0;
    expect(isAlarmed(4, 0.5, 4)).toBe(true);
    expect(isAlarmed(4, 0.5, 1)).toBe(true);
    expect(isAlarmed(4, 4, 0.5)).toBe(false);
    expect(isAlarmed(0.5, 4, 0.5)).toBe(false);
  });

  it('one reading that is well within the range and not at this hour', () => {
    const daylight = (t: number): number => 0.02 + 5 * Math.sin((Math.PI * t) / 400) ** 4;
    const values = makeSeries(2500, 1, (t, random) => 10 + daylight(t) * random.uniform(-2, 2));
    expect(highest(scoresOf(values), 1000)).toBeLessThan(1);
    expect(scoresOf(withSpike(values, 2400, 18))[2400]).toBeGreaterThan(1);
    expect(scoresOf(withSpike(values, 2200, 18))[2200]).toBeLessThan(1);
  });

  it('a reading out of the range seen so far, unless it was forecast', () => {
    const drift = (t: number): number => 10 + (t < 700 ? Math.abs((t % 20) - 10) : 13);
    const wobble = (t: number): number => 0.1 * ((t % 3) - 1);
    const values = makeSeries(701, 1, (t) => drift(t) + wobble(t));
    const forecastBy = (error: number): number =>
      scoresOf(values, new Watch(), (t) => [drift(t) + (t === 700 ? error : 0)])[700] as number;
    expect(forecastBy(1)).toBeGreaterThan(1);
    expect(forecastBy(0)).toBeLessThan(1);
  });

  it('a sensor that is stuck', () => {
    const seen = watch([...quiet, ...constant(40, 10.3)]);
    // More than twice ten: this noise never stood still before.
    expect(startsOf(seen).at(-1)).toBe(1020);
    expect(seen.at(-1)?.isActive).toBe(true);
  });
});

it('raises an alarm in 2000 rows of pure noise at most, and less often with age', () => {
  const starts = [1, 2, 3].flatMap((seed) => startsOf(watch(whiteNoise(20_000, seed))));
  expect(starts.length).toBeLessThan(30);
  expect(starts.filter((t) => t >= 10_000).length).toBeLessThan(10);
});

describe('a doubted reading', () => {
  const quiet = whiteNoise(3000);
  const places = [800, 1300, 1900, 2600];
  const withFaults = (value: number): number[] =>
    quiet.map((reading, t) => (places.some((place) => t >= place && t < place + 3) ? value : reading));

  it.each([65_535, -999, 3276.7, 1e6])('is news by itself, the fourth time as the first: %d', (value) => {
    const seen = watch(withFaults(value));
    for (const place of places) {
      expect(seen.slice(place, place + 3).every(({ score, isActive }) => (score as number) >= 2 && isActive)).toBe(
        true,
      );
    }
  });

  it('leaves no trace: every other row scores as if the rows had been missing', () => {
    const missing = quiet.map((reading, t) =>
      places.some((place) => t >= place && t < place + 3) ? Number.NaN : reading,
    );
    const isFault = (t: number): boolean => Number.isNaN(missing[t]);
    const scores = scoresOf(withFaults(65_535));
    scoresOf(missing).forEach((score, t) => {
      if (!isFault(t)) expect(scores[t]).toEqual(score);
    });
  });

  it('has a direction', () => {
    const scoreOf = (direction: 'up' | 'down', value: number): number =>
      scoresOf(withFaults(value), new Watch(200, { direction }))[800] as number;
    expect([scoreOf('up', 1e6) >= 2, scoreOf('down', 1e6)]).toEqual([true, 0]);
    expect([scoreOf('down', -1e6) >= 2, scoreOf('up', -1e6)]).toEqual([true, 0]);
  });
});

describe('a motor that first runs after a long rest', () => {
  const standby = makeSeries(4000, 3, (_, random) => Math.round(10 * (1.2 + 0.05 * normal(random))) / 10);
  const power = makeSeries(4000, 4, (_, random) => Math.round(10 * (2100 + 15 * normal(random))) / 10);
  const runs = Array.from({ length: 8 }, (_, k) => 1500 + 250 * k);
  const values = standby.map((value, t) =>
    runs.some((run) => t >= run && t < run + 4) ? (power[t] as number) : value,
  );

  it('is news once', () => {
    const expected = (): number[] => [1.2, 1.2, 1.2];
    expect(startsOf(watch(values, new Watch(), expected)).filter((t) => t >= 1500)).toEqual([1500]);
  });
});

describe('a constant', () => {
  it('of any level raises no alarm', () => {
    const level = fc.tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -9, max: 8 }), fc.boolean());
    fc.assert(
      fc.property(level, fc.integer({ min: 0, max: 2 ** 31 }), ([mantissa, power, isNegative], seed) => {
        const value = (isNegative ? -1 : 1) * mantissa * 10 ** power;
        const scale = Math.max(1e-8, 1e-5 * Math.abs(value));
        const errors = makeSeries(2000, seed, (_, random) => scale * normal(random));
        const scores = scoresOf(constant(2000, value), new Watch(), (t) =>
          new Array<number>(3).fill(value + (errors[t] as number)),
        );
        expect(highest(scores, 200)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('scores 0 as long as it stays, and above 1 when it moves', () => {
    const scores = scoresOf([...constant(3000), ...constant(300, 7.2)], new Watch(), () => [7]);
    expect(highest(scores, 200, 3000)).toBe(0);
    expect(scores[3000]).toBeGreaterThan(1);
  });

  it('is forgiven after it has moved', () => {
    const seen = watch([...constant(500), ...constant(500, 8)], new Watch(), (t) => [t <= 500 ? 7 : 8]);
    expect(startsOf(seen)).toEqual([500]);
    expect(seen.slice(600).every(({ isActive, score }) => !isActive && (score as number) < 0.5)).toBe(true);
  });
});

describe('a missing reading', () => {
  it('has no score and leaves the alarm as it is', () => {
    const watching = new Watch();
    for (const value of whiteNoise(500)) watching.see(value);
    watching.see(60);
    watching.see(Number.NaN);
    expect([watching.anomaly.score, watching.anomaly.isActive]).toEqual([Number.NaN, true]);
    watching.see(10);
    expect(watching.anomaly.score).not.toBeNaN();
  });

  it('is nothing of which there were too many the same', () => {
    const values = withGap(whiteNoise(1000), 500, 300);
    expect(startsOf(watch(values)).filter((t) => t >= 500)).toEqual([]);
  });
});

describe('the policies', () => {
  const quiet = whiteNoise(700);
  const fault = (by: number): number[] => quiet.map((value, t) => (t >= 600 && t < 620 ? value + by : value));
  const highestIn = (by: number, policy: Partial<AnomalySettings>): number =>
    highest(scoresOf(fault(by), new Watch(200, policy)), 600, 620);

  describe('range', () => {
    const policy = { range: { low: 0, high: 40 } };

    it('is an alarm outside from the first reading on, and none inside', () => {
      const seen = watch([50, 39, -4], new Watch(200, policy));
      expect(seen).toEqual([
        { score: 2.25, isActive: true },
        { score: null, isActive: false },
        { score: 2.1, isActive: false },
      ]);
      expect(watch([41], new Watch(200, policy))[0]).toEqual({ score: 2.025, isActive: true });
    });

    it('is one whatever was learned, and whatever the other policies say', () => {
      const others = { direction: 'down', minDeviation: 1e6, threshold: 50 } as const;
      const watching = new Watch(200, { ...policy, ...others });
      const always = watch(constant(500, 44), watching, () => [44]);
      expect(new Set(always.map(({ score }) => score))).toEqual(new Set([2.1]));
      expect(always.every(({ isActive }) => isActive)).toBe(true);
    });

    it('changes nothing inside', () => {
      const inside = fault(8);
      expect(scoresOf(inside, new Watch(200, policy))).toEqual(scoresOf(inside));
    });
  });

  it.each([
    [8, { both: true, up: true, down: false }],
    [-8, { both: true, up: false, down: true }],
  ])('direction: a fault of %i', (by, expected) => {
    const actual = (['both', 'up', 'down'] as const).map((direction) => [direction, highestIn(by, { direction }) > 1]);
    expect(Object.fromEntries(actual)).toEqual(expected);
  });

  it('direction: the return from a dip is no rise', () => {
    // The forecast follows the last value.
    const dip = withSpike(quiet, 650, -15);
    const lastValue = (t: number): number[] => [dip[t - 1] as number];
    const scoreOf = (direction: 'both' | 'up' | 'down'): number =>
      highest(scoresOf(dip, new Watch(200, { direction }), lastValue), 640, 700);
    expect([scoreOf('both') > 1, scoreOf('down') > 1, scoreOf('up') > 1]).toEqual([true, true, false]);
  });

  it('direction: what does not move goes neither way', () => {
    const stuck = [...quiet, ...constant(60, 10.3)];
    expect(highest(scoresOf(stuck, new Watch(200, { direction: 'up' })), 700)).toBeLessThan(1);
  });

  it.each([
    ['min_dev', { minDeviation: 20 }, { minDeviation: 5 }],
    ['min_rel_dev', { minRelativeDeviation: 2 }, { minRelativeDeviation: 0.5 }],
  ])('%s: a reading nearer to the forecast than this starts no alarm', (_, large, small) => {
    expect(highestIn(8, small)).toBe(highestIn(8, {}));
    expect(highestIn(8, large)).toBe(0.99);
    const everywhere = scoresOf(fault(8), new Watch(200, large));
    scoresOf(fault(8)).forEach((score, t) => {
      expect(everywhere[t]).toBe(Math.min(score, 0.99));
    });
  });

  it('min_dev: lets an alarm go on that a far reading has started', () => {
    const seen = watch(fault(8), new Watch(200, { minDeviation: 7.5 }));
    const [start] = startsOf(seen) as [number];
    expect(start).toBeGreaterThanOrEqual(600);
    expect(seen.slice(start, 620).every(({ isActive }) => isActive)).toBe(true);
  });

  it('threshold: divides the score, so that 1 stays the alert', () => {
    const plain = scoresOf(fault(8));
    const half = scoresOf(fault(8), new Watch(200, { threshold: 2 }));
    plain.slice(200).forEach((score, t) => {
      if (score < 100) expect(half[t + 200]).toBeCloseTo(score / 2, 12);
    });
    expect(startsOf(watch(fault(2.2))).length).toBeGreaterThan(0);
    expect(startsOf(watch(fault(2.2), new Watch(200, { threshold: 3 })))).toEqual([]);
  });

  it('hold_off and min_duration: when the alarm starts', () => {
    const two = [...fault(20), ...fault(20)];
    const startsUnder = (policy: Partial<AnomalySettings>): number[] =>
      startsOf(watch(two, new Watch(200, policy))).filter((t) => t >= 600);
    const [start, again] = startsUnder({}) as [number, number];
    expect(again).toBeGreaterThanOrEqual(1300);
    expect(startsUnder({ holdOff: { rows: 2000 } }).filter((t) => t > start)).toEqual([]);
    expect(startsUnder({ minDuration: { rows: 6 } })[0]).toBe(start + 5);
    expect(startsUnder({ minDuration: { time: toDurationMs(6 * MINUTE) } })[0]).toBe(start + 6);
  });

  it('shape nothing that is learned: under another policy the same state goes on', () => {
    const policy = { direction: 'up', threshold: 2, minDeviation: 3, range: { low: 5, high: 15 } } as const;
    const under = new Watch(200, policy);
    const plain = new Watch();
    for (const value of fault(8).slice(0, 590)) {
      under.see(value);
      plain.see(value);
    }
    expect(under.anomaly.score).not.toBeNaN();
    const scoreAfter = (watching: Watch): number => highest(scoresOf(fault(8).slice(590), watching), 10, 30);
    expect(scoreAfter(plain)).toBe(highestIn(8, {}));
    expect(scoreAfter(under)).toBeGreaterThan(1);
  });
});

it.each([
  ['a constant', constant(700)],
  ['a constant that moves', [...constant(500), ...constant(200, 8)]],
  ['alternating giants', makeSeries(700, 1, (t) => (t % 2 === 0 ? 1e308 : -1e308))],
  ['giants among others', whiteNoise(700).map((value, t) => (t % 9 === 0 ? 1e308 * (1 - (t % 2) * 2) : value))],
  ['the smallest numbers', whiteNoise(700).map((value) => (value > 10 ? Number.MIN_VALUE : 0))],
  ['gaps', whiteNoise(700).map((value, t) => (t % 3 === 0 ? Number.NaN : value))],
])('gives a score from 0 to 100 or none to %s', (_, values) => {
  for (const { score } of watch(values)) expect(score === null || (score >= 0 && score <= 100)).toBe(true);
  const limits = new Watch(200, { range: { low: 0, high: Number.MIN_VALUE } });
  for (const { score } of watch(values, limits)) expect(score === null || (score >= 0 && score <= 100)).toBe(true);
});

describe('its state', () => {
  const isStorm = (t: number): boolean => t >= 400 && t % 60 < 8;
  const values = whiteNoise(900).map((value, t) => (isStorm(t) ? value + 40 * ((t % 2) - 0.5) : value));
  const rows = withGap(values, 700, 3);
  const [start] = startsOf(watch(rows).slice(400)).map((t) => t + 400) as [number];
  statefulContract({
    create: () => new Watch(200, { direction: 'up', minDuration: { rows: 2 } }, [0, 1]),
    advance: (watching, t) => watching.see(rows[t] as number),
    observe: ({ anomaly }) => [anomaly.score, anomaly.isActive],
    // In the warm-up, in an alarm, in the hold-off after it (with a storm still to come in it), in a gap.
    cuts: [0, 1, 150, 205, start + 1, start + 2, start + 40, 701],
    tail: 190,
  });
});

describe('restless readings that are a fault', () => {
  const alternating = Array.from({ length: 200 }, (_, t) => 10 + (t % 2 === 0 ? 3 : -3));
  const before = whiteNoise(400);

  function watching(isKnown: boolean, values: readonly number[]): Watch {
    const one = new Watch();
    watch(before, one);
    if (isKnown) one.anomaly.restless.addFault({ restless: 12, calm: 1 });
    watch(values, one);
    return one;
  }

  it('are kept out of what networks learn, also where no alarm starts', () => {
    const known = watching(true, alternating.slice(0, 100));
    expect(known.anomaly.isLikeFault).toBe(true);
    known.anomaly.alarm.quit();
    expect([known.anomaly.isActive, known.anomaly.isLikeFault]).toEqual([false, true]);
    expect(watching(true, whiteNoise(100, 7)).anomaly.isLikeFault).toBe(false);
  });

  it('do not make large errors usual', () => {
    const sizeOf = (one: Watch) => (one.anomaly.errors[0] as AnomalyLikelihood).update(1, 0);
    const [calm, learned, known] = [watching(false, []), watching(false, alternating), watching(true, alternating)];
    const usual = sizeOf(calm);
    expect(sizeOf(learned)).toBeLessThan(0.8 * usual);
    expect(sizeOf(known)).toBeGreaterThan(0.9 * usual);
  });
});
