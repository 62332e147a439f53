import { expect, test } from 'vitest';
import { createSystemClock } from '../../../src/adapters/clock/systemClock.ts';

test('tells the time of the computer', () => {
  const before = Date.now();
  const now = createSystemClock().now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

/** A clock whose sources the test moves by hand. */
function stage() {
  const time = { wall: 1_000_000_000, monotonic: 0 };
  const clock = createSystemClock({ wall: () => time.wall, monotonic: () => time.monotonic });
  const pass = (ms: number): number => {
    time.wall += ms;
    time.monotonic += ms;
    return clock.now();
  };
  return { time, pass };
}

test('runs on while the wall clock is set back by a little, and follows it when it has caught up', () => {
  const { time, pass } = stage();
  const before = pass(1000);
  time.wall -= 1_800_000;
  expect(pass(1000)).toBe(before + 1000);
  expect(pass(600_000)).toBe(before + 601_000);
  time.wall += 1_800_000;
  expect(pass(1000)).toBe(time.wall);
});

test('jumps forward at once: from 1970 to the present', () => {
  const { time, pass } = stage();
  time.wall = 5000;
  pass(1000);
  time.wall = 1.79e12;
  expect(pass(10)).toBe(time.wall);
});

test('follows a wall clock that stays behind by years for a minute', () => {
  const { time, pass } = stage();
  time.wall += 3.2e11;
  const wrong = pass(1000);
  time.wall -= 3.2e11;
  expect(pass(1000)).toBe(wrong + 1000);
  expect(pass(58_000)).toBe(wrong + 59_000);
  expect(pass(2001)).toBe(time.wall);
  expect(pass(1000)).toBe(time.wall);
});

test('does not follow a wall clock that was far behind for a moment only', () => {
  const { time, pass } = stage();
  const before = pass(1000);
  time.wall -= 1e9;
  pass(30_000);
  time.wall += 1e9;
  expect(pass(30_000)).toBe(before + 60_000);
  time.wall -= 1e9;
  expect(pass(30_000)).toBe(before + 90_000);
});
