import { expect, test } from 'vitest';
import { createSystemClock } from '../../../src/adapters/clock/systemClock.ts';

test('tells the time of the computer', () => {
  const before = Date.now();
  const now = createSystemClock().now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
