import { expect, test } from 'vitest';
import { settlesWithin } from '../../src/domain/settlesWithin.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const SECOND = toDurationMs(1000);

test('is true for work that is done in time, and leaves no timer behind', async () => {
  const time = new VirtualTime();
  expect(await settlesWithin(Promise.resolve('x'), SECOND, time.delay)).toBe(true);
  expect(time.timers).toBe(0);
});

test('is true for work that fails in time', async () => {
  const time = new VirtualTime();
  expect(await settlesWithin(Promise.reject(new Error('x')), SECOND, time.delay)).toBe(true);
  expect(time.timers).toBe(0);
});

test('is false when the time is over, not before', async () => {
  const time = new VirtualTime();
  let answer: boolean | undefined;
  void settlesWithin(new Promise(() => undefined), SECOND, time.delay).then((isDone) => {
    answer = isDone;
  });
  await time.pass(999);
  expect(answer).toBeUndefined();
  await time.pass(1);
  expect(answer).toBe(false);
});

test('a failure that comes too late disturbs nobody', async () => {
  const time = new VirtualTime();
  const work = new Promise((_, reject) => time.delay(() => reject(new Error('late')), toDurationMs(2000)));
  const answer = settlesWithin(work, SECOND, time.delay);
  await time.pass(3000);
  expect(await answer).toBe(false);
});
