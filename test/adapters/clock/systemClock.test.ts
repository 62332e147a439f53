import { afterEach, expect, it, vi } from 'vitest';
import { createSystemClock } from '../../../src/adapters/clock/systemClock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it("tells the computer's time, each time anew", () => {
  vi.useFakeTimers({ now: 1_000 });
  const clock = createSystemClock();
  expect(clock.now()).toBe(1_000);
  vi.setSystemTime(500);
  expect(clock.now()).toBe(500);
});
