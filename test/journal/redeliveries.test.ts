import { beforeEach, expect, it } from 'vitest';
import type { Delivery, Inbound } from '../../src/domain/sample.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { checksumOf, Redeliveries } from '../../src/journal/redeliveries.ts';

let redeliveries: Redeliveries;

beforeEach(() => {
  redeliveries = new Redeliveries(3);
});

function delivery(packetId: number, isRedelivery = true): Delivery {
  return { packetId, isRedelivery, session: 1, window: 1, acknowledge: () => undefined };
}

it('knows a message by packet id and checksum, where the broker says that it may be the same', () => {
  redeliveries.note(65_535, 77);
  expect(redeliveries.isKnown(delivery(65_535), 77)).toBe(true);
  expect(redeliveries.isKnown(delivery(65_535), 78)).toBe(false);
  expect(redeliveries.isKnown(delivery(1), 77)).toBe(false);
  expect(redeliveries.isKnown(delivery(65_535, false), 77)).toBe(false);
});

it('knows more of them than the window is wide', () => {
  for (const id of [1, 2, 3]) redeliveries.note(id, id);
  expect([1, 2, 3].map((id) => redeliveries.isKnown(delivery(id), id))).toEqual([true, true, true]);
});

it('does not take another message for one that was acknowledged long ago', () => {
  for (const id of [1, 2, 3, 4]) redeliveries.note(id, 7);
  expect(redeliveries.isKnown(delivery(1), 7)).toBe(false);
  // The id means the newer one.
  redeliveries.note(2, 8);
  expect([7, 8].map((checksum) => redeliveries.isKnown(delivery(2), checksum))).toEqual([false, true]);
});

it('knows nothing of a session before', () => {
  redeliveries.note(1, 7);
  redeliveries.clear();
  expect(redeliveries.isKnown(delivery(1), 7)).toBe(false);
});

it('tells messages apart by topic and payload', () => {
  const of = (topic: string, text: string): Inbound => {
    return { topic, payload: new TextEncoder().encode(text), receivedAt: toEpochMs(0), retained: false };
  };
  const sums = [of('a', '1'), of('a', '2'), of('b', '1')].map(checksumOf);
  expect(new Set(sums).size).toBe(3);
  expect(checksumOf(of('a', '1'))).toBe(sums[0]);
});
