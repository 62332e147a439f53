import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { Anomaly } from '../../src/learner/anomaly.ts';
import { Row } from '../../src/learner/row.ts';
import type { Stateful, StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { constant, MINUTE, MONDAY, makeSeries, noisySine, whiteNoise, withGap, withSpike } from '../support/series.ts';

/** The anomaly score beside a forecaster that always says what it is told, or the last value. */
class Watch implements Stateful {
  readonly anomaly: Anomaly;
  readonly row = new Row([1]);
  #rows = 0;

  constructor(minReadings: number) {
    this.anomaly = new Anomaly(minReadings);
  }

  see(value: number, expected: number = this.row.value, previous: number = this.row.value): void {
    this.row.advance(toEpochMs(MONDAY + this.#rows++ * MINUTE), toDurationMs(0), value);
    this.anomaly.update(this.row, expected, previous);
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

function watch(values: readonly number[], minReadings = 200, expected?: readonly number[]): Seen[] {
  const watching = new Watch(minReadings);
  return values.map((value, t) => {
    watching.see(value, expected === undefined ? undefined : t === 0 ? Number.NaN : expected[t]);
    return { score: watching.anomaly.score, isActive: watching.anomaly.isActive };
  });
}

const startsOf = (seen: readonly Seen[]): number[] =>
  seen.flatMap(({ isActive }, t) => (isActive && seen[t - 1]?.isActive !== true ? [t] : []));

describe('while warming up', () => {
  it('has no score and raises no alarm before 200 errors', () => {
    const seen = watch(withSpike(whiteNoise(220), 150, 60));
    expect(seen.slice(0, 200).every(({ score, isActive }) => score === null && !isActive)).toBe(true);
    expect(seen[200]?.score).not.toBeNull();
  });

  it('has none before min_samples readings either', () => {
    const seen = watch(withGap(whiteNoise(400), 100, 10), 300);
    expect(seen.findIndex(({ score }) => score !== null)).toBe(309);
  });
});

it('scores a spike above 1 and raises the alarm with it', () => {
  const seen = watch(withSpike(whiteNoise(1000), 700, 60));
  expect(seen[700]?.score).toBeGreaterThan(1);
  expect(seen[700]?.isActive).toBe(true);
  expect(seen[699]?.isActive).toBe(false);
  expect(seen[720]?.isActive).toBe(false);
});

it('scores a wrong forecast of a reading that is nothing special in itself', () => {
  const values = whiteNoise(1000);
  const expected = values.map((value, t) => value + (t >= 700 ? 8 : 0.1) * ((t % 2) - 0.5));
  const seen = watch(values, 200, expected);
  expect(Math.max(...seen.slice(700, 712).map(({ score }) => score as number))).toBeGreaterThan(1);
});

it('scores a change that was forecast all the same', () => {
  const values = noisySine(1000, 1, { noise: 0.1 }).map((value, t) => (t >= 700 ? value + (t % 2) * 3 : value));
  const error = makeSeries(1000, 5, (_, random) => random.uniform(-0.1, 0.1));
  const seen = watch(
    values,
    200,
    values.map((value, t) => value + (error[t] as number)),
  );
  expect(Math.max(...seen.slice(700, 712).map(({ score }) => score as number))).toBeGreaterThan(1);
});

it('scores an absurd reading by what came, not by what was learned instead', () => {
  const seen = watch(withSpike(whiteNoise(1000), 700, 1e9));
  expect(seen[700]?.score).toBeGreaterThan(1);
});

it.each([
  ['the error', undefined, Number.NaN],
  ['the change', Number.NaN, undefined],
])('measures %s of what came, not of what was learned instead', (_, expected, previous) => {
  const watching = new Watch(200);
  for (const value of whiteNoise(700)) watching.see(value);
  for (const value of [1e9, 2e9, 3e9]) watching.see(value, expected, previous);
  // More than the range alone would give.
  expect(watching.anomaly.score).toBeGreaterThan(55 / 6.5);
});

it('leaves quiet noise alone but for the rare new extreme', () => {
  const seen = watch(whiteNoise(20_000));
  expect(startsOf(seen.slice(1000)).length).toBeLessThan(12);
});

describe('out of the range seen so far', () => {
  // The range is 0 to 100 and no step is larger than any that came before.
  const wave = makeSeries(600, 1, (t) => Math.abs((t % 200) - 100));

  it('alarms by more than a hundredth of it, at once', () => {
    for (const value of [101.5, -1.5]) {
      const watching = new Watch(200);
      for (const reading of wave.slice(0, value > 0 ? 401 : 501)) watching.see(reading);
      watching.see(value);
      expect(watching.anomaly.score).toBeCloseTo(50 / 6.5, 9);
      expect(watching.anomaly.isActive).toBe(true);
    }
  });

  it('does not by less, nor by the same reading again', () => {
    for (const value of [100.5, -0.5]) {
      const watching = new Watch(200);
      for (const reading of wave.slice(0, value > 0 ? 401 : 501)) watching.see(reading);
      watching.see(value);
      expect(watching.anomaly.score).toBeLessThan(1);
    }
    const watching = new Watch(200);
    for (const reading of wave.slice(0, 401)) watching.see(reading);
    for (const reading of [101.5, 101.5, 101.5]) watching.see(reading);
    expect(watching.anomaly.score).toBeLessThan(1);
  });

  it('does not take a reading that was held back into the range', () => {
    const seen = watch([...whiteNoise(500), 1e6, ...whiteNoise(200, 2), 5e5]);
    expect(seen.at(-1)?.score).toBeGreaterThanOrEqual(50 / 6.5);
  });
});

describe('the alarm', () => {
  const spiky = whiteNoise(4000).map((value, t) => (t > 500 && t % 13 === 0 ? value + 30 * (1 + (t % 3)) : value));
  const blocks = whiteNoise(6000).map((value, t) =>
    t % 450 > 440 ? value + 12 * ((t % 2) - 0.5) * (1 + (t % 7)) : value,
  );

  it.each([
    ['single spikes', spiky],
    ['short storms', blocks],
    ['noise', whiteNoise(6000, 3)],
  ])(
    'starts at most once in 100 rows, goes on down to half the threshold, and never without a score: %s',
    (_, values) => {
      const seen = watch(values);
      let isActive = false;
      let lastStart = Number.NEGATIVE_INFINITY;
      seen.forEach(({ score, isActive: actual }, t) => {
        if (isActive) isActive = (score ?? 0) >= 0.5;
        else if ((score ?? 0) >= 1 && t - lastStart > 100) {
          isActive = true;
          lastStart = t;
        }
        expect(actual, `row ${t}`).toBe(isActive);
      });
      const starts = startsOf(seen);
      for (let k = 1; k < starts.length; k++) {
        expect((starts[k] as number) - (starts[k - 1] as number)).toBeGreaterThan(100);
      }
    },
  );

  it('is held off, and goes on, in the storms of the test above', () => {
    const seen = watch(blocks);
    const isHigh = ({ score }: Seen): boolean => score !== null && score >= 1;
    expect(startsOf(seen).length).toBeGreaterThan(3);
    expect(watch(spiky).some((now) => isHigh(now) && !now.isActive)).toBe(true);
    expect(seen.some((now) => now.isActive && !isHigh(now))).toBe(true);
  });
});

describe('a missing reading', () => {
  it('has no score and leaves the alarm as it is', () => {
    const watching = new Watch(200);
    for (const value of whiteNoise(500)) watching.see(value);
    watching.see(60);
    watching.see(Number.NaN);
    expect([watching.anomaly.score, watching.anomaly.isActive]).toEqual([null, true]);
    watching.see(10);
    expect(watching.anomaly.score).not.toBeNull();
  });
});

it.each([
  ['a constant', constant(700)],
  ['a constant that moves', [...constant(500), ...constant(200, 8)]],
  ['alternating giants', makeSeries(700, 1, (t) => (t % 2 === 0 ? 1e308 : -1e308))],
  ['giants among others', whiteNoise(700).map((value, t) => (t % 9 === 0 ? 1e308 * (1 - (t % 2) * 2) : value))],
  ['the smallest numbers', whiteNoise(700).map((value) => (value > 10 ? Number.MIN_VALUE : 0))],
  ['gaps', whiteNoise(700).map((value, t) => (t % 3 === 0 ? Number.NaN : value))],
])('gives a finite score of at least 0 or none to %s', (_, values) => {
  for (const { score } of watch(values)) expect(score === null || (score >= 0 && Number.isFinite(score))).toBe(true);
});

describe('its state', () => {
  const isStorm = (t: number): boolean => t >= 400 && t % 60 < 8;
  const values = whiteNoise(900).map((value, t) => (isStorm(t) ? value + 40 * ((t % 2) - 0.5) : value));
  const rows = withGap(values, 700, 3);
  const [start] = startsOf(watch(rows).slice(400)).map((t) => t + 400) as [number];
  statefulContract({
    create: () => new Watch(200),
    advance: (watching, t) => watching.see(rows[t] as number),
    observe: ({ anomaly }) => [anomaly.score, anomaly.isActive],
    // In the warm-up, in an alarm, in the hold-off after it (with a storm still to come in it), in a gap.
    cuts: [0, 1, 150, 205, start + 1, start + 2, start + 40, 701],
    tail: 190,
  });
});
