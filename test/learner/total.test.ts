import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputGuard } from '../../src/learner/inputGuard.ts';
import { Total } from '../../src/learner/total.ts';
import { readSnapshot, restoreContents } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { VERSION } from '../../src/model/snapshotFormat.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries } from '../support/series.ts';

/** The total that has learned all of the readings, a row each. */
function totalAfter(values: readonly number[]): Total {
  const total = new Total();
  for (let row = 1; row < values.length; row++) total.learn(values[row] as number, values[row - 1] as number, 1);
  return total;
}

/** A meter that stands still but for a share of the rows, in which it rises by `least` to `most`. */
function meter(rows: number, seed: number, share: number, [least, most]: readonly [number, number]): number[] {
  let total = 1000;
  return makeSeries(rows, seed, (_, random) => {
    if (random.uniform(0, 1) < share) total += random.uniform(least, most);
    return total;
  });
}

/** Rows whose reading is doubted. */
function doubtedRows(values: readonly number[]): number[] {
  const guard = new InputGuard();
  let believedAt = -1;
  return values.flatMap((value, row) => {
    const isDoubted = guard.judge(value, row, row - believedAt) === 'doubted';
    if (!isDoubted) believedAt = row;
    return isDoubted ? [row] : [];
  });
}

describe('a series', () => {
  it('is a total after thirty rises without a fall', () => {
    const values = makeSeries(31, 0, (row) => row);
    expect(totalAfter(values.slice(0, 30)).isTotal).toBe(false);
    expect(totalAfter(values).isTotal).toBe(true);
    expect(totalAfter([...values, 29]).isTotal).toBe(false);
  });

  it('is none where it has been reset, and one still where it has moved up', () => {
    const values = makeSeries(100, 0, (row) => row);
    const [up, down] = [totalAfter(values), totalAfter(values)];
    up.move(500);
    down.move(-50);
    expect([up.isTotal, down.isTotal]).toEqual([true, false]);
  });
});

describe('a meter that stands still most of the time', () => {
  it('is never doubted once it is known as a total, however seldom it rises', () => {
    const share = fc.constantFrom(0.005, 0.01, 0.03, 0.1, 0.3, 1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), share, (seed, share) => {
        const first = meter(40, seed, 1, [0.005, 0.015]);
        const rest = meter(6000, seed + 1, share, [0.005, 0.015]).map((value) => value - 1000 + (first[39] as number));
        expect(doubtedRows([...first, ...rest])).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('is not doubted when it runs all the time from now on, five times as fast', () => {
    const summer = meter(8000, 3, 0.02, [0.01, 0.01]);
    const winter = meter(4000, 4, 1, [0, 0.05]).map((value) => value - 1000 + (summer.at(-1) as number));
    expect(doubtedRows([...summer, ...winter])).toEqual([]);
  });

  it('is doubted where it rises by nine usual rises, and until it falls back', () => {
    const values = meter(8000, 3, 0.1, [0.01, 0.01]);
    const faulty = values.map((value, row) => (row >= 7000 && row < 7009 ? value + 0.09 : value));
    expect(doubtedRows(faulty)).toEqual(makeSeries(9, 0, (row) => 7000 + row));
  });
});

describe('a large rise', () => {
  const steady = makeSeries(1000, 0, (row) => 0.5 * row);
  const last = steady.at(-1) as number;
  /** One of `size` after 60 readings, then usual ones with a gap of `gap` intervals among them. */
  const risen = (size: number, gap: number): Total => {
    const total = totalAfter(steady.slice(0, 60));
    total.learn(29.5 + size, 29.5, 1);
    total.learn(29.5 + size + 0.5 * gap, 29.5 + size, gap);
    for (let row = 1; row < 900; row++) {
      const value = 29.5 + size + 0.5 * (gap + row);
      total.learn(value, value - 0.5, 1);
    }
    return total;
  };

  it('that has lasted is known, and may be four times as large', () => {
    expect(totalAfter(steady).isAbsurd(last + 40, last, Number.NaN, 1)).toBe(true);
    expect(risen(12, 1).isAbsurd(last + 40, last, Number.NaN, 1)).toBe(false);
    expect(risen(12, 1).isAbsurd(last + 49, last, Number.NaN, 1)).toBe(true);
  });

  it('is the largest of those that come together', () => {
    const burst = [0, 11, 24, 36].map((rise) => 29.5 + rise);
    const rest = makeSeries(900, 0, (row) => 66 + 0.5 * row);
    const total = totalAfter([...steady.slice(0, 59), ...burst, ...rest]);
    expect(total.isAbsurd(last + 51, last, Number.NaN, 1)).toBe(false);
    expect(total.isAbsurd(last + 53, last, Number.NaN, 1)).toBe(true);
  });

  it('counts as six usual ones towards the usual rise', () => {
    const total = totalAfter([...steady.slice(0, 100), ...steady.slice(0, 20).map((value) => 80 + value)]);
    expect(total.isAbsurd(last - 12, last, Number.NaN, 1)).toBe(true);
  });

  it('is no larger for the gap that comes after it', () => {
    expect(risen(12, 300).isAbsurd(last + 49, last, Number.NaN, 1)).toBe(true);
  });
});

describe('its state', () => {
  const values = [...meter(200, 1, 0.5, [0.5, 1.5]), ...makeSeries(40, 2, (row) => 1200 + (row % 9 === 0 ? 12 : row))];
  statefulContract({
    create: () => new Total(),
    advance: (total, row) => total.learn(values[row + 1] as number, values[row] as number, 1),
    observe: (total) => [
      total.isTotal,
      ...[-2, -0.5, 3, 9, 40].map((change) => total.isAbsurd(change, 0, Number.NaN, 1)),
    ],
    cuts: [0, 1, 40, 199, 200, 203, 215],
    tail: 20,
  });

  it('of before knows the mean change in the place of the usual rise', () => {
    const values = meter(2000, 1, 0.1, [1, 1]);
    const total = totalAfter(values);
    const [rises, falls, since, , largest, home] = readSnapshot(saveSnapshot(total, '')).entries.get(
      'rises',
    ) as Float64Array;
    const numbers = Float64Array.of(...([rises, falls, largest, home, since] as number[]));
    const entries = new Map([['numbers', numbers]]);
    const copy = new Total();
    const way = (values.at(-1) as number) - (values[0] as number);
    restoreContents({ exchange: (io) => copy.exchange(io, way) }, { version: VERSION, entries });
    for (const change of [-9, -7.9, 0.5, 7.9, 9]) {
      expect(copy.isAbsurd(change, 0, Number.NaN, 1), `${change}`).toBe(total.isAbsurd(change, 0, Number.NaN, 1));
    }
  });
});
