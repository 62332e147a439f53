import { expect, it } from 'vitest';
import { UniqueArrivalTime } from '../../../../src/adapters/mqtt/inbound/uniqueArrivalTime.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';

/** Each message is a piece of its own. */
function times(...clock: readonly number[]): number[] {
  const left = [...clock];
  const arrival = new UniqueArrivalTime({ now: () => toEpochMs(left.shift() as number) });
  return clock.map(() => arrival.next());
}

it('is the clock where that goes on', () => {
  expect(times(1000, 1001, 1005)).toEqual([1000, 1001, 1005]);
});

it('is later for each message of one millisecond, and stays in order behind them', () => {
  const now = Date.UTC(2248, 0, 1);
  const got = times(...Array(1500).fill(now), now + 1, now + 2);
  expect(got.slice(1).every((at, i) => at > (got[i] as number))).toBe(true);
  expect(got.slice(0, 1024).every((at) => Math.floor(at) === now)).toBe(true);
  expect(got.at(-1)).toBe(now + 2);
});

it('follows a clock that was set back', () => {
  expect(times(9000, 9000, 5000, 5000)).toEqual([9000, 9000 + 2 ** -10, 5000, 5000 + 2 ** -10]);
});

it('reads the clock once for the messages of one piece, which end with its turn', async () => {
  let now = 1000;
  let reads = 0;
  const clock = {
    now: () => {
      reads++;
      return toEpochMs(now++);
    },
  };
  const arrival = new UniqueArrivalTime(clock, queueMicrotask);
  expect([arrival.next(), arrival.next(), arrival.next()]).toEqual([1000, 1000 + 2 ** -10, 1000 + 2 * 2 ** -10]);
  expect(reads).toBe(1);
  await Promise.resolve();
  expect(arrival.next()).toBe(1001);
  await Promise.resolve();
  expect(arrival.next()).toBe(1002);
});
