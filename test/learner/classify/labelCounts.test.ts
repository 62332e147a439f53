import { describe, expect, it } from 'vitest';
import { LabelCounts, NO_AGE } from '../../../src/learner/classify/labelCounts.ts';

describe('the newest label', () => {
  it('is fresh while it is no older than usual', () => {
    const counts = new LabelCounts(2, false);
    expect([counts.isFresh(10), counts.isFresh(11)]).toEqual([true, false]);
    counts.add(0, 40);
    expect([counts.isFresh(90), counts.isFresh(91)]).toEqual([true, false]);
    for (let n = 0; n < 2000; n++) counts.add(0, 3);
    expect([counts.isFresh(16), counts.isFresh(17)]).toEqual([true, false]);
  });

  it('is never fresh beyond five hundred rows, nor where there is none', () => {
    const counts = new LabelCounts(2, false);
    for (let n = 0; n < 100; n++) counts.add(0, 5000);
    expect([counts.isFresh(11), counts.isFresh(5000), counts.isFresh(NO_AGE)]).toEqual([false, false, false]);
    for (let n = 0; n < 100; n++) counts.add(0, 499);
    expect([counts.isFresh(500), counts.isFresh(501)]).toEqual([true, false]);
  });
});

describe('how often a label is as the newest one', () => {
  it('is taken for nine in ten at first, and soon for what it is', () => {
    const counts = new LabelCounts(4, false);
    expect(counts.sameness).toBeCloseTo(0.9, 12);
    for (let n = 0; n < 100; n++) counts.compare(n % 2 === 0);
    expect(Math.abs(counts.sameness - 0.5)).toBeLessThan(0.06);
    for (let n = 0; n < 5000; n++) counts.compare(n % 4 > 0);
    expect(Math.abs(counts.sameness - 0.75)).toBeLessThan(0.01);
  });

  it('stays above chance and below certainty', () => {
    const counts = new LabelCounts(4, false);
    for (let n = 0; n < 10_000; n++) counts.compare(false);
    expect(counts.sameness).toBeCloseTo(1.1 / 4, 12);
    for (let n = 0; n < 10_000; n++) counts.compare(true);
    expect(counts.sameness).toBe(0.999);
  });
});

describe('the weights of classes', () => {
  const weightsOf = (labels: readonly number[], isRareDear: boolean): number[] => {
    const counts = new LabelCounts(2, isRareDear);
    for (const label of labels) counts.add(label, 1);
    const weights = new Float64Array(2);
    counts.weights(weights);
    return [...weights];
  };

  it('are alike while nothing is known', () => {
    expect(weightsOf([], false)).toEqual([1, 1]);
    expect(weightsOf([], true)).toEqual([1, 1]);
  });

  it('grow as a class gets rarer, with a cap', () => {
    const labels = Array.from({ length: 1000 }, (_, n) => (n % 100 === 0 ? 1 : 0));
    const [common, rare] = weightsOf(labels, false);
    expect(rare! / common!).toBeGreaterThan(5);
    expect(rare).toBeLessThanOrEqual(5);
    expect(weightsOf(new Array(5000).fill(0), false)[1]).toBe(5);
    expect(weightsOf(new Array(5000).fill(0), true)[1]).toBe(20);
  });

  it('follow the names', () => {
    const counts = new LabelCounts(2, false);
    for (let n = 0; n < 10; n++) counts.add(1, 1);
    counts.changeClasses([1, -1, 0]);
    expect([...counts.counts].map(Math.round)).toEqual([10, 0, 0]);
  });
});
