import { expect, it } from 'vitest';
import { createRandom } from '../../../src/kernel/random.ts';
import { Temperature } from '../../../src/learner/classify/temperature.ts';

/** Mean distance of the probability of the answer from the share of right ones, after a number of labels. */
function gapAfter(labels: number, claimed: number, right: number): number {
  const temperature = new Temperature();
  const random = createRandom(2);
  const logP = (): Float64Array => Float64Array.of(Math.log(claimed), Math.log(1 - claimed));
  for (let n = 0; n < labels; n++) temperature.learn(logP(), random.uniform(0, 1) < right ? 0 : 1);
  const answer = new Float64Array(2);
  temperature.apply(answer, logP());
  expect(answer[0]! + answer[1]!).toBeCloseTo(1, 12);
  return Math.abs(answer[0]! - right);
}

it.each([
  [0.99, 0.8],
  [0.7, 0.95],
])('makes answers that claim %d as sure as they are right: %d', (claimed, right) => {
  expect(gapAfter(0, claimed, right)).toBeCloseTo(Math.abs(claimed - right), 9);
  expect(gapAfter(5000, claimed, right)).toBeLessThan(0.04);
});
