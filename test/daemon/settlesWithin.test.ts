import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settlesWithin } from '../../src/daemon/settlesWithin.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('is true for work that is done in time, and leaves no timer behind', async () => {
  expect(await settlesWithin(Promise.resolve('x'), 1000)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('is true for work that fails in time', async () => {
  expect(await settlesWithin(Promise.reject(new Error('x')), 1000)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('is false when the time is over, not before', async () => {
  let answer: boolean | undefined;
  void settlesWithin(new Promise(() => undefined), 1000).then((isDone) => {
    answer = isDone;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(answer).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(answer).toBe(false);
});

test('a failure that comes too late disturbs nobody', async () => {
  const work = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 2000));
  const answer = settlesWithin(work, 1000);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await answer).toBe(false);
});
