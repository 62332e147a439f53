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
  // The range is 0 to 100, long since, and all steps are the same. Row 8000 is at 100, row 8010 at 0.
  const zigzag = (t: number): number => 10 * Math.abs((t % 20) - 10);
  const wave = makeSeries(8011, 1, zigzag);
  const scoresAfter = (rows: number, readings: readonly number[]): readonly (number | null)[] => {
    const seen = watch([...wave.slice(0, rows), ...readings]);
    return seen.slice(rows).map(({ score }) => score);
  };

  it('alarms by more than a hundredth of it, at once', () => {
    expect(scoresAfter(8001, [101.1])[0]).toBeCloseTo(50 / 6.5, 9);
    expect(scoresAfter(8011, [-1.1])[0]).toBeCloseTo(50 / 6.5, 9);
    expect(watch([...wave, -1.1]).at(-1)?.isActive).toBe(true);
  });

  it('does not by less, nor by the same reading again', () => {
    expect(scoresAfter(8001, [100.9])[0]).toBeLessThan(1);
    expect(scoresAfter(8011, [-0.9])[0]).toBeLessThan(1);
    const [first, second, third] = scoresAfter(8001, [101.5, 101.5, 101.5]) as [number, number, number];
    expect(first).toBeGreaterThan(1);
    expect(Math.max(second, third)).toBeLessThan(1);
  });

  it('takes twice as much to be news each time, up to half the range, and half as much again after 1000 rows', () => {
    const drift = makeSeries(50, 1, (t) => 110 + 10 * t);
    const plateau = makeSeries(6000, 1, (t) => 500 + zigzag(t));
    const values = [...wave.slice(0, 8001), ...drift, ...plateau, ...makeSeries(50, 1, (t) => 600 + 10 * t)];
    let low = 100;
    let high = 100;
    let tolerance = 0.01;
    const outside = values.map((value) => {
      const margin = tolerance * (high - low);
      const isOutside = value < low - margin || value > high + margin;
      tolerance = isOutside ? Math.min(0.5, 2 * tolerance) : Math.max(0.01, tolerance * (1 - Math.LN2 / 1000));
      low = Math.min(low, value);
      high = Math.max(high, value);
      return isOutside;
    });
    const seen = watch(values);
    const alarms = seen.flatMap(({ score }, t) => (t >= 8001 && (score as number) >= 50 / 6.5 ? [t] : []));
    expect(alarms).toEqual(outside.flatMap((isOutside, t) => (t >= 8001 && isOutside ? [t] : [])));
    expect(alarms.filter((t) => t < 14_000).length).toBeGreaterThan(2);
    expect(alarms.filter((t) => t > 14_000).length).toBeGreaterThan(0);
    expect(alarms.length).toBeLessThan(12);
  });

  it('goes on to be news at more than half the range, however often it was', () => {
    const watching = new Watch(200);
    for (const value of whiteNoise(700)) watching.see(value);
    const isNews = (value: number): boolean => {
      watching.see(value, Number.NaN, Number.NaN);
      return (watching.anomaly.score as number) > 1;
    };
    for (const half of [5, 20, 80]) {
      isNews(10 + half);
      isNews(10 - half);
    }
    expect(isNews(90 + 0.48 * 160)).toBe(false);
    expect(isNews(-70 - 0.55 * 1.48 * 160)).toBe(true);
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

  const storm = (t: number, from: number): number => (t >= from && t < from + 10 ? 2.2 * (2 * (t % 2) - 1) : 0);
  const waves = whiteNoise(3000).map(
    (value, t) => value + 3 * storm(t, 500) + 1.5 * storm(t, 2700) + 4 * storm(t, 2740) + storm(t, 2900),
  );

  it.each([
    ['single spikes', spiky],
    ['short storms', blocks],
    ['storms that grow weaker and stronger', waves],
    ['noise', whiteNoise(6000, 3)],
  ])('starts once in 100 rows unless three times as strange, goes on down to half the threshold: %s', (_, values) => {
    let isActive = false;
    let lastStart = Number.NEGATIVE_INFINITY;
    let peak = 0;
    watch(values).forEach(({ score, isActive: actual }, t) => {
      const now = score ?? 0;
      if (isActive) {
        isActive = now >= 0.5;
        peak = Math.max(peak, now);
      } else if (now >= 1 && (t - lastStart > 100 || now >= 3 * peak)) {
        isActive = true;
        lastStart = t;
        peak = now;
      }
      expect(actual, `row ${t}`).toBe(isActive);
    });
  });

  it.each([
    ['of the same strangeness does not start it again within 100 rows', 1, [505]],
    ['three times as strange does', 20, [505, 542]],
  ])('a storm %s', (_, size, expected) => {
    const seen = watch(whiteNoise(800).map((value, t) => value + storm(t, 500) + size * storm(t, 540)));
    expect(startsOf(seen).filter((t) => t >= 500)).toEqual(expected);
  });

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
