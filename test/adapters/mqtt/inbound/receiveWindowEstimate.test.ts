import { describe, expect, it } from 'vitest';
import { ReceiveWindowEstimate } from '../../../../src/adapters/mqtt/inbound/receiveWindowEstimate.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';

/** Messages that come at these times; they are acknowledged at once at the end of each row. */
function guessAfter(rows: readonly { readonly times: readonly number[]; readonly acknowledgedAt: number }[]): number {
  const guess = new ReceiveWindowEstimate();
  for (const { times, acknowledgedAt } of rows) {
    for (const time of times) guess.came(toEpochMs(time));
    for (const _ of times) guess.acknowledged({ now: () => toEpochMs(acknowledgedAt) });
  }
  return guess.window;
}

/** Moments of `count` messages, a millisecond apart. */
const rush = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('ReceiveWindowEstimate', () => {
  it('finds the limit of a broker that waits for acknowledgements', () => {
    expect(guessAfter([{ times: rush(0, 32), acknowledgedAt: 1000 }])).toBe(Number.POSITIVE_INFINITY);
    const rows = [
      { times: rush(0, 32), acknowledgedAt: 1000 },
      { times: rush(1001, 16), acknowledgedAt: 1020 },
    ];
    expect(guessAfter(rows)).toBe(32);
  });

  it('says nothing of messages that come evenly, however many there are', () => {
    for (const gap of [1, 10, 100]) {
      const rows = Array.from({ length: 50 }, (_, row) => ({
        times: Array.from({ length: 1000 / gap }, (__, i) => 1000 * row + gap * i),
        acknowledgedAt: 1000 * row + 1000,
      }));
      expect(guessAfter(rows)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('says nothing of sensors that speak together now and then', () => {
    const rows = [0, 10_000, 20_000].map((at) => ({ times: rush(at, 20), acknowledgedAt: at + 1000 }));
    expect(guessAfter(rows)).toBe(Number.POSITIVE_INFINITY);
  });

  it('says nothing of sensors that pause for no longer than they speak', () => {
    const evenly = Array.from({ length: 32 }, (_, i) => 20 * i);
    const rows = [
      { times: evenly, acknowledgedAt: 1000 },
      { times: rush(1001, 32), acknowledgedAt: 1500 },
    ];
    expect(guessAfter(rows)).toBe(Number.POSITIVE_INFINITY);
  });

  it('says nothing of a few', () => {
    const rows = [0, 1000, 2000].map((at) => ({ times: rush(at, 7), acknowledgedAt: at + 999 }));
    expect(guessAfter(rows)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is given up as soon as more wait', () => {
    const rows = [
      { times: rush(0, 32), acknowledgedAt: 1000 },
      { times: rush(1001, 32), acknowledgedAt: 1040 },
      { times: rush(1041, 33), acknowledgedAt: 1080 },
    ];
    expect(guessAfter(rows)).toBe(Number.POSITIVE_INFINITY);
  });
});
