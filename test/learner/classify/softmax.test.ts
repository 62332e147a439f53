import { expect, it } from 'vitest';
import { fromLogByte, largestOf, toLogByte, toLogProbabilities } from '../../../src/learner/classify/softmax.ts';

it('turns logits into log-probabilities, however large they are', () => {
  for (const shift of [0, 800, -800, 1e5]) {
    const z = Float64Array.from([1, 2, 3], (logit) => logit + shift);
    toLogProbabilities(z);
    const sum = [1, 2, 3].reduce((total, logit) => total + Math.exp(logit), 0);
    z.forEach((logP, c) => {
      expect(logP).toBeCloseTo(c + 1 - Math.log(sum), 9);
    });
  }
});

it('keeps a log-probability in a byte to a thirty-second, down to e⁻⁶', () => {
  for (const logP of [0, -0.01, -1, -3.333, -5.9]) {
    expect(Math.abs(fromLogByte(toLogByte(logP)) - logP)).toBeLessThanOrEqual(1 / 64 + 1e-12);
  }
  for (const logP of [-6, -7, -1000, Number.NEGATIVE_INFINITY, Number.NaN])
    expect(fromLogByte(toLogByte(logP))).toBe(-6);
});

it('finds the largest', () => {
  expect([largestOf([1, 5, 2]), largestOf([3]), largestOf([2, 2])]).toEqual([1, 0, 0]);
});
