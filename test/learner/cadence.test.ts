import { describe, expect, it } from 'vitest';
import { Cadence } from '../../src/learner/cadence.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { gridTimes, irregularTimes, MINUTE, MONDAY } from '../support/series.ts';

function intervalOf(times: readonly number[]): number {
  const cadence = new Cadence();
  for (const at of times) cadence.update(at);
  return cadence.interval;
}

it('is not known before the second row', () => {
  expect(intervalOf([])).toBe(0);
  expect(intervalOf([MONDAY])).toBe(0);
  expect(intervalOf([MONDAY, MONDAY + 5])).toBe(5);
});

it('is the grid of a regular series', () => {
  expect(intervalOf(gridTimes(1000, MINUTE))).toBeCloseTo(MINUTE, 6);
});

it('is the mean of irregular gaps', () => {
  expect(intervalOf(irregularTimes(101, 1, MINUTE))).toBeCloseTo(
    ((irregularTimes(101, 1, MINUTE)[100] as number) - (irregularTimes(101, 1, MINUTE)[0] as number)) / 100,
    4,
  );
});

it('counts a gap of a week as four usual steps', () => {
  const before = gridTimes(201, MINUTE);
  const afterGap = [...before, (before[200] as number) + 7 * 1440 * MINUTE];
  expect(intervalOf(afterGap)).toBeCloseTo(MINUTE + (3 * MINUTE) / 100, 6);
});

it('takes any gap as it is while fewer than eleven are known', () => {
  expect(intervalOf([0, MINUTE, 101 * MINUTE])).toBeCloseTo(50.5 * MINUTE, 6);
});

it('follows a new cadence', () => {
  const slow = gridTimes(500, MINUTE);
  const fast = gridTimes(1000, 1000, (slow[499] as number) + 1000);
  expect(intervalOf([...slow, ...fast])).toBeLessThan(1010);
});

it('learns nothing from two rows of the same moment or from a clock that goes back', () => {
  expect(intervalOf([0, 10, 10, 20])).toBe(10);
  expect(intervalOf([0, 10, 20, 5, 15])).toBe(10);
});

describe('its state', () => {
  const times = irregularTimes(300);
  statefulContract({
    create: () => new Cadence(),
    advance: (cadence, row) => cadence.update(times[row] as number),
    observe: (cadence) => [cadence.interval],
    cuts: [0, 1, 10, 150],
    tail: 20,
  });
});
