import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Exogenous, exogenousFeatureCount, exogenousValueCount } from '../../src/learner/exogenous.ts';
import { restoreSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { makeSeries, normal } from '../support/series.ts';

const [LEVEL, CHANGE] = [0, 1];

/** The features of one input after these values. */
function featuresOf(values: readonly number[], lags = 1): Float64Array {
  const exogenous = new Exogenous(1, lags);
  for (const value of values) exogenous.update([value]);
  return featuresNow(exogenous, 1, lags);
}

function featuresNow(exogenous: Exogenous, count: number, lags: number): Float64Array {
  const x = new Float64Array(exogenousFeatureCount(count, lags));
  exogenous.write(x, 0);
  return x;
}

/** A mean in which the newest of n counts 4/(n + 3), and each before it what is left. */
function weighted(values: readonly number[]): number {
  let left = 1;
  return values.toReversed().reduce((sum, value, age) => {
    const weight = (left * 4) / (values.length - age + 3);
    left -= weight;
    return sum + weight * value;
  }, 0);
}

const noise = (rows: number, scale = 1, zero = 0): number[] =>
  makeSeries(rows, 3, (_, random) => zero + scale * normal(random));

describe('its features', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 3],
    [1, 1, 3],
    [2, 3, 10],
    [16, 12, 224],
  ])('of %i inputs with %i lags are %i, and no other place of x is written', (count, lags, expected) => {
    expect(exogenousFeatureCount(count, lags)).toBe(expected);
    const x = new Float32Array(expected + 4).fill(Number.NaN);
    const exogenous = new Exogenous(count, lags);
    exogenous.update(new Array(count).fill(7));
    exogenous.write(x, 2);
    expect([...x].map(Number.isFinite)).toEqual([false, false, ...new Array(expected).fill(true), false, false]);
  });

  it('end with the ages, and begin with what a linear model takes', () => {
    const exogenous = new Exogenous(3, 2);
    noise(30).forEach((value, t) => {
      exogenous.update([value, t < 20 ? -value : Number.NaN, Number.NaN]);
    });
    const values = exogenousValueCount(3, 2);
    const x = new Float64Array(values).fill(Number.NaN);
    exogenous.writeValues(x, 0);
    expect([...featuresNow(exogenous, 3, 2)]).toEqual([...x, 0, 10 / 11, 0]);
  });

  it('are zeros before the first value, however many rows go by', () => {
    const exogenous = new Exogenous(2, 3);
    exogenous.update(undefined);
    exogenous.update([Number.NaN, Number.POSITIVE_INFINITY]);
    exogenous.update([]);
    expect([...featuresNow(exogenous, 2, 3)]).toEqual(new Array(10).fill(0));
  });

  it('are level and differences in units of their own spread, the newer values weighing more', () => {
    const values = noise(400, 3, 50);
    const changes = values.slice(1).map((value, t) => value - (values[t] as number));
    const x = featuresOf(values, 3);
    const mean = weighted(values);
    const deviation = Math.sqrt(weighted(values.map((value) => (value - mean) ** 2)));
    const usualChange = Math.sqrt(weighted(changes.map((change) => change ** 2)));
    expect(x[LEVEL]).toBeCloseTo((values[399]! - mean) / deviation, 9);
    expect(x.at(-1)).toBe(0);
    [...x.subarray(CHANGE, -1)].forEach((difference, i) => {
      expect(difference).toBeCloseTo((values[398 - i]! - values[399]!) / usualChange, 9);
    });
  });

  it('have the same numbers in any unit and from any zero', () => {
    const x = featuresOf(noise(300), 2);
    const other = featuresOf(noise(300, 1e-3, 1e6), 2);
    x.forEach((feature, i) => {
      expect(other[i]).toBeCloseTo(feature, 4);
    });
  });

  it('keep what was last known where a value is missing, and say how old it is', () => {
    const known = [...noise(50), 2];
    const before = featuresOf(known, 2);
    [1, 2, 3].forEach((age) => {
      const x = featuresOf([...known, ...new Array(age).fill(Number.NaN)], 2);
      expect(x[LEVEL]).toBe(before[LEVEL]);
      expect(x.at(-1)).toBe(age / (1 + age));
      expect(x[CHANGE]).toBe(0);
    });
    const back = featuresOf([...known, Number.NaN, 1], 2);
    expect(back.at(-1)).toBe(0);
    // One row ago the 2 was still all that was known.
    expect(Math.sign(back[CHANGE] as number)).toBe(1);
    expect(back[CHANGE]).toBe(back[CHANGE + 1]);
  });

  it('do not change their scale while a value is missing', () => {
    const known = noise(300);
    const gap = new Array(500).fill(Number.NaN);
    expect(featuresOf([...known, ...gap, 1.5])[LEVEL]).toBe(featuresOf([...known, 1.5])[LEVEL]);
  });

  it('show the first pulse after long silence, and every one after it', () => {
    const pulses = makeSeries(3000, 0, (t) => (t % 400 === 399 ? 1 : 0));
    const exogenous = new Exogenous(1, 1);
    pulses.forEach((value, t) => {
      exogenous.update([value]);
      const x = featuresNow(exogenous, 1, 1);
      if (value === 1) expect([...x], `row ${t}`).toEqual([5, -5, 0]);
      else expect(Math.abs(x[LEVEL] as number), `row ${t}`).toBeLessThan(0.3);
    });
  });

  it.each<[string, (t: number) => boolean]>([
    ['one value in a hundred', (t) => t % 100 === 10],
    ['the very first value', (t) => t === 0],
    ['one of the first', (t) => t === 3],
  ])('stay useful where %s is a million times too large', (_, isRubbish) => {
    const values = noise(3000);
    const dirty = values.map((value, t) => (isRubbish(t) ? 1e6 : value));
    const clean = featuresOf(values);
    const x = featuresOf(dirty);
    expect((x[LEVEL] as number) / (clean[LEVEL] as number)).toBeGreaterThan(0.35);
    expect((x[CHANGE] as number) / (clean[CHANGE] as number)).toBeGreaterThan(0.35);
  });

  it('find their scale anew in another unit', () => {
    const values = noise(6000).map((value, t) => (t < 1000 ? value : 1000 * value));
    const levels = [6000, 5990, 5980, 5970].map((end) => Math.abs(featuresOf(values.slice(0, end))[LEVEL] as number));
    expect(Math.max(...levels)).toBeLessThan(4);
    expect(Math.max(...levels)).toBeGreaterThan(0.2);
  });

  it('are within ±5 and finite for any values', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(0, 1, -1, 1e37, -1e37, 1e38, 1e308, 5e-324, Number.NaN, Number.NEGATIVE_INFINITY),
    );
    void fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60 }), (rows) => {
        const exogenous = new Exogenous(2, 3);
        for (const row of rows) {
          exogenous.update(row);
          for (const feature of featuresNow(exogenous, 2, 3)) expect(Math.abs(feature)).toBeLessThanOrEqual(5);
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('goes on from its state as if nothing had happened', () => {
  const rows = noise(200).map((value, t) => [value, t % 5 === 0 ? value * value : Number.NaN, Number.NaN]);
  for (const cut of [0, 1, 3, 7, 120]) {
    const original = new Exogenous(3, 2);
    for (const row of rows.slice(0, cut)) original.update(row);
    const copy = new Exogenous(3, 2);
    restoreSnapshot(copy, saveSnapshot(original, 'x'), 'x');
    for (const row of rows.slice(cut)) {
      original.update(row);
      copy.update(row);
      expect(featuresNow(copy, 3, 2)).toEqual(featuresNow(original, 3, 2));
    }
    expect(saveSnapshot(copy, 'x')).toEqual(saveSnapshot(original, 'x'));
  }
});
