import { describe, expect, it } from 'vitest';
import { DiscountedLoss } from '../../src/learner/discountedLoss.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries } from '../support/series.ts';

const ERRORS = makeSeries(300, 1, (_, random) => random.uniform(0, 4));

it('weighs an error k rows old by discount^k', () => {
  const loss = new DiscountedLoss(0.9);
  for (const error of ERRORS) loss.add(error);
  let sum = 0;
  let weight = 0;
  ERRORS.toReversed().forEach((error, age) => {
    sum += 0.9 ** age * error;
    weight += 0.9 ** age;
  });
  expect(loss.mean).toBeCloseTo(sum / weight, 10);
  expect(loss.weight).toBeCloseTo(weight, 10);
});

it('has no mean before the first error', () => {
  const loss = new DiscountedLoss(0.9);
  expect(loss.mean).toBeNaN();
  expect(loss.weight).toBe(0);
});

describe('its state', () => {
  statefulContract({
    create: () => new DiscountedLoss(0.99),
    advance: (loss, row) => loss.add(ERRORS[row] as number),
    observe: (loss) => [loss.mean, loss.weight],
    cuts: [0, 1, 50],
    tail: 20,
  });
});
