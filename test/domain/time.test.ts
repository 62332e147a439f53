import { describe, expect, it, test } from 'vitest';
import { pause } from '../../src/domain/pause.ts';
import { delayUntil, isRepresentable, toDurationMs, toEpochMs, toIsoTime } from '../../src/domain/time.ts';
import { VirtualTime } from '../support/virtualTime.ts';

test('writes UTC with milliseconds', () => {
  expect(toIsoTime(toEpochMs(0))).toBe('1970-01-01T00:00:00.000Z');
  expect(toIsoTime(toEpochMs(Date.UTC(2026, 10, 23, 7, 12, 31, 402)))).toBe('2026-11-23T07:12:31.402Z');
});

test('drops what is finer than a millisecond', () => {
  expect(toIsoTime(toEpochMs(1.999))).toBe('1970-01-01T00:00:00.001Z');
});

test('writes every moment that is representable', () => {
  for (const at of [-8.64e15, -1, 8.64e15]) {
    expect(isRepresentable(at)).toBe(true);
    expect(() => toIsoTime(toEpochMs(at))).not.toThrow();
  }
});

test.each([8.64e15 + 1, -8.64e15 - 1, Number.NaN, Infinity, -Infinity, 1e300])('%s is not representable', (at) => {
  expect(isRepresentable(at)).toBe(false);
});

test.each([8.64e15 + 1, Number.NaN, Infinity])('%s has no text', (at) => {
  expect(() => toIsoTime(toEpochMs(at))).toThrow(RangeError);
});

describe('a delay with an owner', () => {
  it('runs what it has put off, and cancels it', async () => {
    const time = new VirtualTime();
    const delay = delayUntil(new AbortController().signal, time.delay);
    const ran: number[] = [];
    delay(() => ran.push(1), toDurationMs(10));
    const cancel = delay(() => ran.push(2), toDurationMs(10));
    cancel();
    await time.pass(10);
    expect([ran, time.timers]).toEqual([[1], 0]);
  });

  it('cancels everything at the end of its owner, and puts nothing off any more', async () => {
    const time = new VirtualTime();
    const owner = new AbortController();
    const delay = delayUntil(owner.signal, time.delay);
    const ran: number[] = [];
    delay(() => ran.push(1), toDurationMs(10));
    owner.abort();
    expect(time.timers).toBe(0);
    delay(() => ran.push(2), toDurationMs(10));
    await time.pass(100);
    expect([ran, time.timers]).toEqual([[], 0]);
  });

  it('never wakes code that waits longer than its owner lives', async () => {
    const time = new VirtualTime();
    const owner = new AbortController();
    const delay = delayUntil(owner.signal, time.delay);
    const woken: string[] = [];
    void pause(delay, toDurationMs(10)).then(() => woken.push('in time'));
    await time.pass(10);
    void pause(delay, toDurationMs(10)).then(() => woken.push('too late'));
    owner.abort();
    await time.pass(100);
    expect(woken).toEqual(['in time']);
  });
});
