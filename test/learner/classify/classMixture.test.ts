import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/kernel/random.ts';
import { ClassMixture } from '../../../src/learner/classify/classMixture.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const all = [true, true, true];

/** Two experts that give the right class .9 and a wrong one .1; errors of each in a hundred labels. NaN: it does not answer. */
function judged(rows: number, errors: readonly number[], lateness = 0): ClassMixture {
  const mixture = new ClassMixture([0, 0.5]);
  for (let row = 0; row < rows; row++) {
    mixture.weigh(all);
    mixture.score(
      // Errors of the two never fall on the same rows.
      Float64Array.from(errors, (rate, i) =>
        Number.isNaN(rate) ? rate : (37 * row + 50 * i) % 100 < rate ? 0.1 : 0.9,
      ),
      lateness,
    );
  }
  return mixture;
}

function weightsOf(mixture: ClassMixture, mayAnswer: readonly boolean[] = all): number[] {
  mixture.weigh(mayAnswer);
  return [...mixture.weights];
}

describe('the mixture of experts', () => {
  it('weighs by the priors while nothing is known', () => {
    const mixture = new ClassMixture([0, 1, 0]);
    expect(mixture.weigh(all)).toBe(1);
    const [first, usual, last] = [...mixture.weights] as [number, number, number];
    expect(usual / first).toBeCloseTo(Math.E, 9);
    expect(last).toBe(first);
  });

  it('turns to an expert that errs less, and away again', () => {
    expect(judged(1000, [2, 10]).weigh(all)).toBe(0);
    expect(judged(1000, [10, 2]).weigh(all)).toBe(1);
    const mixture = judged(1000, [2, 20]);
    for (let row = 0; row < 400; row++) mixture.score(Float64Array.of(row % 5 === 0 ? 0.1 : 0.9, 0.9), 0);
    expect(mixture.weigh(all)).toBe(1);
  });

  it('turns to the best within the first few labels where the others are often wrong', () => {
    const mixture = new ClassMixture([-0.5, 0, 0.5]);
    for (let row = 0; row < 12; row++) mixture.score(Float64Array.of(0.9, row % 2 ? 0.9 : 0.1, row % 3 ? 0.1 : 0.9), 0);
    expect(mixture.weigh(all)).toBe(0);
  });

  it('goes to a mean of experts whose errors are not the same, where that is better than either', () => {
    const weights = weightsOf(judged(3000, [20, 20]));
    for (const weight of weights) expect(weight).toBeGreaterThan(0.2);
  });

  it('learns little from a label that it expected', () => {
    const [expected, unexpected] = [
      [0.99, 0.9],
      [0.09, 0.01],
    ].map((p) => {
      const mixture = judged(500, [10, 10]);
      const before = weightsOf(mixture)[0]!;
      mixture.score(Float64Array.from(p), 0);
      return Math.abs(weightsOf(mixture)[0]! - before);
    }) as [number, number];
    expect(unexpected).toBeGreaterThan(5 * expected);
  });

  it('has weights that add up to 1, and none for an expert that may not answer', () => {
    const mixture = judged(500, [5, 7]);
    const [first, second] = weightsOf(mixture) as [number, number];
    expect(first + second).toBeCloseTo(1, 12);
    expect(mixture.weigh([false, true])).toBe(1);
    expect([...mixture.weights]).toEqual([0, 1]);
  });

  it('leaves the share of an expert that did not answer as it was', () => {
    const mixture = new ClassMixture([0, 0, 0]);
    for (let row = 0; row < 300; row++) mixture.score(Float64Array.of(Number.NaN, 0.9, 0.2), 0);
    expect(weightsOf(mixture)[0]).toBeCloseTo(1 / 3, 3);
  });

  it('is no worse than the best of its experts but for what it takes to find that', () => {
    void fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.array(fc.double({ min: 0.05, max: 0.9, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (seed, rates) => {
          const random = createRandom(seed);
          const mixture = new ClassMixture([-0.5, 0, 0, 0, 0.5, 0]);
          const answering = new Array<boolean>(6).fill(true);
          const losses = new Array<number>(6).fill(0);
          let own = 0;
          for (let row = 0; row < 1000; row++) {
            mixture.weigh(answering);
            const p = Float64Array.from(rates, (rate) => (random.uniform(0, 1) < rate ? 0.1 : 0.9));
            p.forEach((given, i) => {
              losses[i]! -= Math.log(given);
            });
            own -= Math.log(mixture.weights.reduce((sum, weight, i) => sum + weight * p[i]!, 0));
            mixture.score(p, 0);
          }
          expect(own).toBeLessThan(Math.min(...losses) + 40);
        },
      ),
    );
  });

  it('follows labels the less, the more are still to come: a run of errors is one mistake', () => {
    const shares = [0, 40, 300].map((lateness) => weightsOf(judged(300, [4, 30], lateness))[1]!);
    expect(shares[0]).toBeLessThan(shares[1]! - 0.05);
    expect(shares[1]).toBeLessThan(shares[2]! - 0.05);
    expect(judged(6000, [2, 40], 300).weigh(all)).toBe(0);
  });

  it('leaves out what weighs less than a hundredth, and nothing else', () => {
    void fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }), (errors) => {
        const mixture = new ClassMixture([0, 0.5, 0]);
        for (let row = 0; row < 400; row++) {
          mixture.weigh(all);
          mixture.score(
            Float64Array.from(errors, (count, i) => ((37 * row + 33 * i) % 100 < count ? 0.02 : 0.98)),
            0,
          );
        }
        const heaviest = mixture.weigh(all);
        const { weights } = mixture;
        expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(weights[heaviest]).toBe(Math.max(...weights));
        for (const weight of weights) expect(weight === 0 || weight >= 0.01).toBe(true);
      }),
    );
    expect(weightsOf(judged(2000, [0, 60]))[1]).toBe(0);
  });

  it('has the same weights until a label comes or others may answer', () => {
    const mixture = judged(500, [5, 7]);
    const before = weightsOf(mixture);
    for (let row = 0; row < 10; row++) expect(weightsOf(mixture)).toEqual(before);
    mixture.score(Float64Array.of(0.1, 0.9), 0);
    expect(weightsOf(mixture)).not.toEqual(before);
    expect(weightsOf(mixture, [false, true])).toEqual([0, 1]);
  });

  it('has finite weights whatever it is told', () => {
    const mixture = new ClassMixture([0, 0.5, 0]);
    const numbers = [0, 1e-300, 0.5, 1, Number.NaN];
    for (let row = 0; row < 20_000; row++) {
      mixture.score(
        Float64Array.from([row, row >> 2, row >> 4], (n) => numbers[n % 5]!),
        row % 3000,
      );
    }
    const weights = weightsOf(mixture);
    for (const weight of weights) expect(Number.isFinite(weight)).toBe(true);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

describe('as any component with state', () => {
  statefulContract<ClassMixture>({
    create: () => new ClassMixture([0, 0.5, 0]),
    advance(mixture, row) {
      mixture.weigh(all);
      mixture.score(Float64Array.of(row % 3 ? 0.9 : 0.1, Number.NaN, row % 5 ? 0.2 : 0.8), row % 7);
    },
    observe: () => [],
    cuts: [0, 3, 200],
    tail: 20,
  });
});
