import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isAnomalous, sourceOf } from '../../../../src/outlets/page/history/flags.ts';
import { LAYOUTS } from '../../../../src/outlets/page/history/layout.ts';
import { StreamHistory } from '../../../../src/outlets/page/history/streamHistory.ts';
import { rounds } from '../../../support/rounds.ts';
import { feed, historyOf, START, series, type Told } from './readings.ts';

const MINUTE = 60_000;

/** Readings of a sensor with a resolution of its own. */
const SENSORS: readonly (readonly [name: string, of: (whole: number) => number])[] = [
  ['tenths', (n) => n / 10],
  ['hundredths', (n) => n / 100],
  ['thousandths', (n) => n / 1000],
  ['whole numbers', (n) => n],
  ['hundreds', (n) => n * 100],
  ['sixteenths of a degree', (n) => n / 16],
  ['a counter of kWh', (n) => (12_345_678 + n) / 1000],
  ['float32 of tenths', (n) => Math.fround(n / 10)],
  ['float32 of hundredths', (n) => Math.fround(n / 100)],
];

describe('readings in full', () => {
  test.each(SENSORS)('come back as they were: %s', (_, of) => {
    void fc.assert(
      fc.property(fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 400 }), (wholes) => {
        const told = series(wholes.length, MINUTE, (i) => of(wholes[i] as number));
        const rows = historyOf(told).readings();
        expect(rows.least).toEqual(told.map(({ value }) => value));
        expect(rows.at).toEqual(told.map(({ at }) => at));
      }),
      { numRuns: rounds(30, 300) },
    );
  });

  it('are the last 512 at least, and no more than 576', () => {
    for (const count of [100, 511, 512, 513, 575, 576, 577, 3000]) {
      const rows = historyOf(series(count, MINUTE, (i) => i % 50)).readings();
      expect(rows.length).toBeGreaterThanOrEqual(Math.min(count, 512));
      expect(rows.length).toBeLessThanOrEqual(576);
      expect(rows.at.at(-1)).toBe(START + (count - 1) * MINUTE);
    }
  });

  it('have their forecast within a 65,000th of its range, their interval within three per cent, score and source', () => {
    const told = series(200, MINUTE, (i) => 20 + Math.sin(i / 9)).map((each, i) => ({
      ...each,
      mean: 20 + Math.cos(i / 9),
      half: 0.2 + (i % 17) / 10,
      score: i % 40 === 0 ? null : i / 40,
      anomaly: i % 50 > 45,
    }));
    const rows = historyOf(told).readings();
    for (const [i, { mean, half, score, anomaly }] of told.entries()) {
      expect(Math.abs(rows.mean[i] - mean)).toBeLessThan(1e-4);
      expect(Math.abs(rows.upper[i] - mean - half)).toBeLessThan(0.03 * half + 1e-4);
      expect(Math.abs(mean - half - rows.lower[i])).toBeLessThan(0.03 * half + 1e-4);
      if (score === null) expect(rows.score[i]).toBeNaN();
      else expect(Math.abs(rows.score[i] - score)).toBeLessThan(0.01 * (1 + score));
      expect([isAnomalous(rows.flags[i]), sourceOf(rows.flags[i])]).toEqual([anomaly, 1]);
    }
  });

  it('keep a missing reading missing, and what has no forecast without one', () => {
    const told: Told[] = series(130, MINUTE, (i) => (i % 7 === 0 ? Number.NaN : i)).map((each) => ({
      ...each,
      mean: Number.NaN,
    }));
    const rows = historyOf(told).readings();
    expect(rows.least).toEqual(told.map(({ value }) => value));
    expect(rows.mean.every(Number.isNaN)).toBe(true);
    expect(rows.upper.every(Number.isNaN)).toBe(true);
  });

  it('are off by half of a 65,000th of their range where they are no decimal numbers', () => {
    const values = Array.from({ length: 640 }, (_, i) => Math.sin(i) * Math.exp(i / 50));
    const rows = historyOf(series(640, MINUTE, (i) => values[i] as number)).readings();
    for (const [i, value] of rows.least.entries())
      expect(Math.abs(value - (values[640 - rows.length + i] as number))).toBeLessThan(10);
  });

  it('take no reading twice that is published again, and live through a clock that is set back', () => {
    const told = series(100, MINUTE, (i) => i);
    const history = historyOf([...told, told[99] as Told]);
    expect(history.readings().length).toBe(100);
    feed(history, [
      { at: START - MINUTE, value: 7 },
      { at: START, value: 8 },
    ]);
    const { at } = history.all();
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });
});

const anySeries = fc.record({
  count: fc.integer({ min: 20, max: rounds(1500, 6000) }),
  interval: fc.constantFrom(1000, 10_000, 60_000, 300_000, 3_600_000),
  seed: fc.integer({ min: 1, max: 1e6 }),
  silence: fc.constantFrom(0, 0, 37),
});

function told({
  count,
  interval,
  seed,
  silence,
}: {
  readonly count: number;
  readonly interval: number;
  readonly seed: number;
  readonly silence: number;
}): Told[] {
  let at = START;
  return Array.from({ length: count }, (_, i) => {
    at += silence > 0 && i % silence === silence - 1 ? 50 * interval : interval;
    // Now and then a peak that nothing around it has.
    const noise = ((i * 7919 + seed) % 101) / 10;
    return { at, value: (i * 31 + seed) % 97 === 0 ? 1000 + (i % 13) : noise };
  });
}

describe('what is thinned', () => {
  it('loses no peak: over each span that is kept the least and the greatest reading are the true ones', () => {
    void fc.assert(
      fc.property(
        anySeries,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (kind, a, b) => {
          const readings = told(kind);
          const rows = historyOf(readings).all();
          const first = rows.at[0] as number;
          const last = readings.at(-1)?.at as number;
          const [from, to] = [first + Math.min(a, b) * (last - first), first + Math.max(a, b) * (last - first)];
          const isIn = (i: number): boolean =>
            (rows.at[i] as number) <= to && (rows.at[i] as number) + (rows.width[i] as number) >= from;
          const shown = rows.at.flatMap((_, i) => (isIn(i) ? i : []));
          const start = Math.min(from, ...shown.map((i) => rows.at[i] as number));
          const end = Math.max(to, ...shown.map((i) => (rows.at[i] as number) + (rows.width[i] as number)));
          const valuesIn = (low: number, high: number): number[] =>
            readings.filter(({ at }) => at >= low && at <= high).map(({ value }) => value);
          const greatest = Math.max(...shown.map((i) => rows.greatest[i] as number));
          const least = Math.min(...shown.map((i) => rows.least[i] as number));
          // A span at the edge also stands for readings beside it.
          expect(greatest).toBeGreaterThanOrEqual(Math.max(...valuesIn(from, to)) - 1e-3);
          expect(greatest).toBeLessThanOrEqual(Math.max(...valuesIn(start, end)) + 1e-3);
          expect(least).toBeLessThanOrEqual(Math.min(...valuesIn(from, to)) + 1e-3);
          expect(least).toBeGreaterThanOrEqual(Math.min(...valuesIn(start, end)) - 1e-3);
        },
      ),
      { numRuns: rounds(40, 400) },
    );
  });

  it('goes back for four weeks, whatever the pace', () => {
    for (const interval of [10_000, 60_000, 300_000]) {
      const count = Math.ceil((32 * 86_400_000) / interval);
      const history = StreamHistory.create(0);
      for (let from = 0; from < count; from += 10_000)
        feed(
          history,
          series(Math.min(10_000, count - from), interval, (i) => i % 10).map((each) => ({
            ...each,
            at: each.at + from * interval,
          })),
        );
      const rows = history.all();
      expect((rows.at.at(-1) as number) - (rows.at[0] as number)).toBeGreaterThan(28 * 86_400_000);
      expect(rows.at).toEqual([...rows.at].sort((x, y) => x - y));
    }
  });

  it('keeps the greatest score, the widest interval and whether there was an anomaly', () => {
    const readings = series(2000, MINUTE, () => 5).map((each, i) => ({
      ...each,
      score: i === 300 ? 7 : 0.25,
      anomaly: i === 300,
      half: i === 300 ? 9 : 1,
    }));
    const rows = historyOf(readings).all();
    const at = rows.score.findIndex((score) => score > 6);
    expect(rows.width[at]).toBeGreaterThan(0);
    expect([isAnomalous(rows.flags[at] as number), rows.flags.filter(isAnomalous).length]).toEqual([true, 1]);
    expect(rows.upper[at]).toBeCloseTo(14, 0);
    expect(rows.mean[at]).toBeCloseTo(5, 5);
  });
});

describe('bytes', () => {
  it('are those of page.memory for 50 streams in full, and for 1,000 short ones', () => {
    expect(50 * (LAYOUTS[0]?.bytes as number)).toBeLessThanOrEqual(0.64 * 2 ** 20);
    expect(1000 * (LAYOUTS[3]?.bytes as number)).toBeLessThanOrEqual(2 * 2 ** 20);
  });

  it('are the whole of it: what was saved goes on as if nothing had been', () => {
    void fc.assert(
      fc.property(
        anySeries,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        (kind, share, level) => {
          const readings = told(kind);
          const cut = Math.floor(share * readings.length);
          const before = historyOf(readings.slice(0, cut), level);
          const after = StreamHistory.from(Uint8Array.from(before.bytes));
          expect(after?.all()).toEqual(before.all());
          if (after === undefined) return;
          feed(after, readings.slice(cut));
          expect(after.bytes).toEqual(historyOf(readings, level).bytes);
        },
      ),
      { numRuns: rounds(20, 200) },
    );
  });

  it('that are not ours make no history, and none that can be read makes a reader fail', () => {
    expect(StreamHistory.from(new Uint8Array(10))).toBeUndefined();
    const { bytes } = historyOf(series(1000, MINUTE, (i) => i));
    void fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 30 }), (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        StreamHistory.from(damaged)?.all();
      }),
    );
  });

  it('are halved with the newest part kept', () => {
    const readings = series(3000, MINUTE, (i) => i % 20);
    const small = historyOf(readings).shrunk(1);
    const rows = small.readings();
    expect([small.layout.level, rows.length >= 256, rows.at.at(-1)]).toEqual([1, true, START + 2999 * MINUTE]);
    expect(rows.least.at(-1)).toBe(19);
    expect(small.all().at[0]).toBeLessThan(rows.at[0] as number);
  });
});
