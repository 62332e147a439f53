import { describe, expect, it } from 'vitest';
import { restoreSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import { WeightCopy } from '../../src/model/weightCopy.ts';
import { makeSeries, normal } from '../support/series.ts';

function copied(weights: Float32Array): Float32Array {
  const copy = new WeightCopy(weights.length);
  copy.keep(weights);
  const out = new Float32Array(weights.length).fill(7);
  copy.give(out);
  return out;
}

describe('a copy of weights', () => {
  it('is off by 1/254 of the largest of 64 at most, whatever lies beside them', () => {
    const weights = Float32Array.from(makeSeries(1000, 4, (row, random) => normal(random) * (row < 500 ? 1 : 1e-3)));
    copied(weights).forEach((value, p) => {
      const block = weights.subarray(64 * Math.floor(p / 64), 64 * Math.floor(p / 64) + 64);
      const largest = Math.max(...block.map(Math.abs));
      expect(Math.abs(value - (weights[p] as number))).toBeLessThanOrEqual(largest / 253.9);
    });
  });

  it.each<[string, number[]]>([
    ['zeros', [0, 0, -0]],
    ['the smallest', [1e-45, -1e-45, 1e-40]],
    ['the largest', [3.4e38, -3.4e38, 1]],
    ['one', [-5]],
  ])('stays finite for %s', (_, weights) => {
    const given = copied(Float32Array.from(weights));
    expect(given.every(Number.isFinite)).toBe(true);
    expect(Math.sign(given[0] as number)).toBe(
      Math.abs(weights[0] as number) < 1e-30 ? 0 : Math.sign(weights[0] as number),
    );
  });

  it('takes the nearest of 254 steps, of two as near the upper one', () => {
    const steps = Array.from({ length: 127 }, (_, k) => k + 0.5);
    const others = makeSeries(6000, 4, (_, random) => random.uniform(-127, 127));
    const weights = [127, ...steps, ...steps.map((step) => -step), ...others].map(Math.fround);
    for (let from = 1; from < weights.length; from += 63) {
      const block = [127, ...weights.slice(from, from + 63)];
      expect([...copied(Float32Array.from(block))]).toEqual(block.map((value) => Math.min(127, Math.round(value)) + 0));
    }
  });

  it('survives a restart', () => {
    const weights = Float32Array.from(makeSeries(100, 4, (_, random) => normal(random)));
    const copy = new WeightCopy(100);
    copy.keep(weights);
    const other = new WeightCopy(100);
    restoreSnapshot(other, saveSnapshot(copy, ''), '');
    const [one, two] = [new Float32Array(100), new Float32Array(100)];
    copy.give(one);
    other.give(two);
    expect(two).toEqual(one);
  });
});
