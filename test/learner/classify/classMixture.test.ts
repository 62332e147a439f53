import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClassMixture } from '../../../src/learner/classify/classMixture.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const all = [true, true, true];

/** Errors of expert 0 and 1 in a hundred labels each; NaN: it does not answer. */
function judged(rows: number, errors: readonly number[], lateness = 0): ClassMixture {
  const mixture = new ClassMixture(2, 1);
  for (let row = 0; row < rows; row++) {
    mixture.weigh(all);
    mixture.score(
      Float64Array.from(errors, (rate) => (Number.isNaN(rate) ? rate : Number(row % 100 < rate))),
      lateness,
    );
  }
  return mixture;
}

describe('the mixture of experts', () => {
  it('trusts the usual expert while nothing is known', () => {
    const mixture = new ClassMixture(3, 1);
    expect(mixture.weigh(all)).toBe(1);
    expect([...mixture.weights]).toEqual([0, 1, 0]);
  });

  it('turns to an expert that errs less, and away again', () => {
    expect(judged(1000, [2, 10]).weigh(all)).toBe(0);
    expect(judged(1000, [9, 10]).weigh(all)).toBe(1);
    expect(judged(1000, [10, 2]).weigh(all)).toBe(1);
  });

  it('has weights that add up to 1, and none for an expert that may not answer', () => {
    const mixture = judged(500, [5, 7]);
    mixture.weigh(all);
    expect(mixture.weights[0]! + mixture.weights[1]!).toBeCloseTo(1, 12);
    expect(mixture.weigh([false, true])).toBe(1);
    expect([...mixture.weights]).toEqual([0, 1]);
  });

  it('counts an expert that seldom answers as if it had answered as often', () => {
    const mixture = new ClassMixture(2, 1);
    for (let row = 0; row < 2000; row++) {
      mixture.weigh(all);
      mixture.score(Float64Array.of(row % 10 === 0 ? 0 : Number.NaN, Number(row % 20 < 2)), 0);
    }
    expect(mixture.weigh(all)).toBe(0);
  });

  it('follows errors the less, the more labels are still to come: a run of them is one mistake', () => {
    const shares = [0, 40, 300].map((lateness) => {
      const mixture = judged(1000, [8, 10], lateness);
      mixture.weigh(all);
      return mixture.weights[1]!;
    });
    expect(shares[0]).toBeLessThan(shares[1]! - 0.05);
    expect(shares[1]).toBeLessThan(shares[2]! - 0.05);
    expect(judged(3000, [2, 20], 300).weigh(all)).toBe(0);
  });

  it('trusts the usual expert a little more than another one, however much an error counts', () => {
    for (const lateness of [0, 300]) {
      const mixture = judged(2000, [5, 5], lateness);
      mixture.weigh(all);
      expect(mixture.weights[1]! / mixture.weights[0]!).toBeCloseTo(Math.E, 6);
    }
  });

  it('remembers errors the longer, the less each of them counts', () => {
    const rowsToTurn = [0, 300].map((lateness) => {
      const mixture = judged(4000, [10, 2], lateness);
      const follow = (row: number): void =>
        mixture.score(Float64Array.of(Number(row % 100 < 2), Number(row % 100 < 10)), lateness);
      let row = 0;
      while (mixture.weigh(all) === 1 && row < 40_000) follow(row++);
      return row;
    });
    expect(rowsToTurn[0]).toBeGreaterThan(500);
    expect(rowsToTurn[1]! / rowsToTurn[0]!).toBeGreaterThan(1.2);
    expect(rowsToTurn[1]).toBeLessThan(40_000);
  });

  it('leaves out what weighs less than a hundredth, and nothing else', () => {
    void fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }), (errors) => {
        const mixture = new ClassMixture(3, 1);
        for (let row = 0; row < 100; row++) {
          mixture.weigh(all);
          mixture.score(
            Float64Array.from(errors, (count) => Number(row < count)),
            0,
          );
        }
        const heaviest = mixture.weigh(all);
        const { weights } = mixture;
        expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(weights[heaviest]).toBe(Math.max(...weights));
        for (const weight of weights) expect(weight === 0 || weight >= 0.01).toBe(true);
        if (Math.max(...errors) - Math.min(...errors) < 20) expect(weights.every((weight) => weight > 0)).toBe(true);
      }),
    );
  });

  it('stands for some rows, unless a label has come or others may answer', () => {
    const mixture = judged(500, [5, 7]);
    mixture.weigh(all);
    const before = [...mixture.weights];
    for (let row = 0; row < 10; row++) mixture.weigh(all);
    expect([...mixture.weights]).toEqual(before);
    mixture.score(Float64Array.of(1, 0), 0);
    mixture.weigh(all);
    expect([...mixture.weights]).not.toEqual(before);
    mixture.weigh([false, true]);
    expect([...mixture.weights]).toEqual([0, 1]);
  });

  it('forgets first errors while labels do not come', () => {
    const mixture = judged(300, [0, 40]);
    expect(mixture.weigh(all)).toBe(0);
    for (let row = 0; row < 40_000; row++) mixture.weigh(all);
    expect(mixture.weigh(all)).toBe(1);
  });
});

describe('as any component with state', () => {
  statefulContract<ClassMixture>({
    create: () => new ClassMixture(3, 1),
    advance(mixture, row) {
      mixture.weigh(all);
      mixture.score(Float64Array.of(row % 3, Number.NaN, Number(row % 5 === 0)), row % 7);
    },
    observe: () => [],
    cuts: [0, 3, 200],
    tail: 20,
  });
});
