import { expect, it } from 'vitest';
import { fromLogByte, largestOf, toLogByte, toProbabilities } from '../../../src/learner/classify/softmax.ts';

it('turns logits into probabilities, however large they are, and tells what makes them logarithms', () => {
  for (const shift of [0, 800, -800, 1e5]) {
    const z = Float64Array.from([1, 2, 3], (logit) => logit + shift);
    const p = new Float64Array(3);
    const toLog = toProbabilities(p, z);
    const sum = [1, 2, 3].reduce((total, logit) => total + Math.exp(logit), 0);
    p.forEach((probability, c) => {
      expect(probability).toBeCloseTo(Math.exp(c + 1) / sum, 12);
      expect(z[c]! - toLog).toBeCloseTo(c + 1 - Math.log(sum), 9);
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
  const places = [[1, 5, 2], [3], [2, 2]].map((numbers) => largestOf(Float64Array.from(numbers)));
  expect(places).toEqual([1, 0, 0]);
});
