import { describe, expect, it } from 'vitest';
import type { LearnOptions } from '../../../src/kernel/kernel.ts';
import {
  countTargets,
  huberLoss,
  logisticLoss,
  lossOf,
  softmaxLoss,
  squaredLoss,
  weightOfTargets,
} from '../../../src/kernel/plain/loss.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { expectGradient } from '../finiteDifference.ts';

// Errors in the parabola, on both lines, and one whose target has not arrived.
const y = new Float64Array([0.3, 2, -3, 0.7, 5]);
const target = new Float64Array([0.1, 0, 1, 0.9, Number.NaN]);
const hasTarget = new Uint8Array([1, 1, 1, 1, 0]);
const n = 5;
const count = 4;

it('counts the targets that have arrived, up to n', () => {
  expect(countTargets(hasTarget, 5)).toBe(4);
  expect(countTargets(hasTarget, 2)).toBe(2);
});

it('huber: parabola inside delta, line outside, mean over the arrived targets', () => {
  const loss = huberLoss(new Float64Array(n), y, target, hasTarget, 0.5, count, n);

  // ½·0.2², 0.5·(2 − 0.25), 0.5·(4 − 0.25), ½·0.2²
  expect(loss).toBeCloseTo((0.02 + 0.875 + 1.875 + 0.02) / 4, 14);
});

it('squared: mean of squares over the arrived targets', () => {
  const loss = squaredLoss(new Float64Array(n), y, target, hasTarget, count, n);

  expect(loss).toBeCloseTo((0.04 + 4 + 16 + 0.04) / 4, 14);
});

it('huber: the gradient agrees with finite differences and is added to what is there', () => {
  const dy = new Float64Array(n).fill(1);
  huberLoss(dy, y, target, hasTarget, 0.5, count, n);

  expectGradient(
    dy.map((d) => d - 1),
    y,
    () => huberLoss(new Float64Array(n), y, target, hasTarget, 0.5, count, n),
  );
});

it('squared: the gradient agrees with finite differences and is added to what is there', () => {
  const dy = new Float64Array(n).fill(1);
  squaredLoss(dy, y, target, hasTarget, count, n);

  expectGradient(
    dy.map((d) => d - 1),
    y,
    () => squaredLoss(new Float64Array(n), y, target, hasTarget, count, n),
  );
});

// Two right, two wrong, and one whose target has not arrived.
const classes = new Float64Array([1, 1, 0, 0, Number.NaN]);

it('logistic: cross entropy of the sigmoid, mean over the arrived targets', () => {
  const p = y.map((logit) => 1 / (1 + Math.exp(-logit)));
  const wanted = -(Math.log(p[0]) + Math.log(p[1]) + Math.log(1 - p[2]) + Math.log(1 - p[3])) / 4;

  expect(logisticLoss(new Float64Array(n), y, classes, hasTarget, count, n)).toBeCloseTo(wanted, 14);
});

it('logistic: the gradient agrees with finite differences and is added to what is there', () => {
  const dy = new Float64Array(n).fill(1);
  logisticLoss(dy, y, classes, hasTarget, count, n);

  expectGradient(
    dy.map((d) => d - 1),
    y,
    () => logisticLoss(new Float64Array(n), y, classes, hasTarget, count, n),
  );
});

it('logistic: stays finite and exact for any log-odds', () => {
  const one = new Uint8Array([1]);
  for (const logit of [0, 1e-300, 30, 800, 1e30, 3e38]) {
    const dy = new Float64Array(1);
    // Right, and nearly sure: the loss goes to 0. Wrong: it is the distance.
    const right = logisticLoss(dy, Float64Array.of(logit), Float64Array.of(1), one, 1, 1);
    const wrong = logisticLoss(dy, Float64Array.of(-logit), Float64Array.of(1), one, 1, 1);

    expect(right).toBeCloseTo(Math.log1p(Math.exp(-logit)), 14);
    expect(wrong).toBeCloseTo(logit + Math.log1p(Math.exp(-logit)), 10);
    expect(dy[0]).toBeCloseTo(-1, 12);
  }
});

it('finds the loss that the options name', () => {
  const losses = (['huber', 'squared', 'logistic'] as const).map((loss) =>
    lossOf(new Float64Array(n), y, classes, hasTarget, count, n, {
      learningRate: 1,
      clipNorm: 1,
      loss,
      huberDelta: 0.5,
      beta1: 0,
      beta2: 0,
      epsilon: 1,
    }),
  );

  expect(losses).toEqual([
    huberLoss(new Float64Array(n), y, classes, hasTarget, 0.5, count, n),
    squaredLoss(new Float64Array(n), y, classes, hasTarget, count, n),
    logisticLoss(new Float64Array(n), y, classes, hasTarget, count, n),
  ]);
});

it('lets an arrived NaN reach loss and gradient, so that the update can be refused', () => {
  const one = new Uint8Array([1]);
  const wanted = new Float64Array([Number.NaN]);
  for (const lossInto of [
    (dy: Float64Array) => huberLoss(dy, y, wanted, one, 1, 1, 1),
    (dy: Float64Array) => squaredLoss(dy, y, wanted, one, 1, 1),
    (dy: Float64Array) => logisticLoss(dy, y, wanted, one, 1, 1),
  ]) {
    const dy = new Float64Array(1);
    const loss = lossInto(dy);

    expect(loss).toBeNaN();
    expect(dy[0]).toBeNaN();
  }
});

describe('softmax', () => {
  const [T, O] = [6, 4];
  const random = createRandom(5);
  const logits = Float64Array.from({ length: T * O }, () => random.uniform(-3, 3));
  const labels = Float64Array.from({ length: T * O }, (_, j) => (j % O === 0 ? (j / O) % O : 0));
  const known = Uint8Array.from({ length: T * O }, (_, j) => (j % O === 0 && j !== 2 * O ? 1 : 0));
  const weight = Float64Array.from({ length: T }, () => random.uniform(0, 3));
  const total = weightOfTargets(known, weight, T, O);

  it('is the weighted mean of −ln p of the class of each row that has one', () => {
    let wanted = 0;
    for (let t = 0; t < T; t++) {
      if (t === 2) continue;
      const exps = Array.from(logits.subarray(t * O, (t + 1) * O), Math.exp);
      const p = exps[labels[t * O]] / exps.reduce((a, b) => a + b);
      wanted -= (weight[t] / total) * Math.log(p);
    }
    expect(softmaxLoss(new Float64Array(T * O), logits, labels, known, weight, total, T, O)).toBeCloseTo(wanted, 14);
  });

  it('has a gradient that agrees with finite differences and is added to what is there', () => {
    const dy = new Float64Array(T * O).fill(1);
    softmaxLoss(dy, logits, labels, known, weight, total, T, O);
    expectGradient(
      dy.map((value) => value - 1),
      logits,
      () => softmaxLoss(new Float64Array(T * O), logits, labels, known, weight, total, T, O),
      1e-9,
    );
  });

  it('of two classes is the logistic loss of the difference of their logits', () => {
    for (const logit of [-800, -3, 0, 0.2, 40, 800]) {
      for (const label of [0, 1]) {
        const [dy, slope] = [new Float64Array(2), new Float64Array(1)];
        const loss = softmaxLoss(
          dy,
          Float64Array.of(5, 5 + logit),
          Float64Array.of(label, 0),
          Uint8Array.of(1, 0),
          Float64Array.of(1),
          1,
          1,
          2,
        );
        const wanted = logisticLoss(slope, Float64Array.of(logit), Float64Array.of(label), Uint8Array.of(1), 1, 1);
        expect(Math.abs(loss - wanted)).toBeLessThan(1e-12);
        expect(Math.abs(dy[1] - slope[0])).toBeLessThan(1e-12);
        expect(Math.abs(dy[0] + slope[0])).toBeLessThan(1e-12);
      }
    }
  });

  it('of a single row is refused by the function of single targets', () => {
    const options = { loss: 'softmax', huberDelta: 1 } as LearnOptions;
    expect(() => lossOf(logits, logits, labels, known, 1, 4, options)).toThrow(RangeError);
  });
});
