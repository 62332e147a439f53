import { describe, expect, it } from 'vitest';
import { checksumOf, Redeliveries } from '../../src/journal/redeliveries.ts';
import { deliveryOf, messageOf } from '../pipeline/samples.ts';

const again = (packetId: number) => deliveryOf(packetId, { isRedelivery: true, window: 20 });

describe('Redeliveries', () => {
  it('knows a message again by packet id and checksum, where the broker says that it may have come before', () => {
    const redeliveries = new Redeliveries(100);
    redeliveries.note(7, 1234, 1);

    expect(redeliveries.isKnown(again(7), 1234)).toBe(true);
    expect(redeliveries.isKnown(again(7), 1234)).toBe(true);
    expect(redeliveries.isKnown(again(7), 1235)).toBe(false);
    expect(redeliveries.isKnown(again(8), 1234)).toBe(false);
    expect(redeliveries.isKnown(deliveryOf(7), 1234)).toBe(false);
  });

  it('knows the newest message of a packet id', () => {
    const redeliveries = new Redeliveries(100);
    redeliveries.note(7, 1, 1);
    redeliveries.note(7, 2, 1);

    expect(redeliveries.isKnown(again(7), 1)).toBe(false);
    expect(redeliveries.isKnown(again(7), 2)).toBe(true);
  });

  it('knows as many as may be unacknowledged, however small a window the broker was told, and not one more', () => {
    const redeliveries = new Redeliveries(1000);
    for (let id = 1; id <= 1500; id++) redeliveries.note(id, id, 1);

    const known = Array.from({ length: 1500 }, (_, i) => i + 1).filter((id) => redeliveries.isKnown(again(id), id));
    expect([known.length, known[0], known.at(-1)]).toEqual([1000, 501, 1500]);
  });

  it('counts a packet id that comes again as the newest', () => {
    const redeliveries = new Redeliveries(2);
    for (const id of [1, 2, 1, 3]) redeliveries.note(id, 5, 1);

    expect([1, 2, 3].filter((id) => redeliveries.isKnown(again(id), 5))).toEqual([1, 3]);
  });

  it('knows nothing any more after a new session', () => {
    const redeliveries = new Redeliveries(100);
    redeliveries.note(7, 1, 1);
    redeliveries.enter(1);

    expect(redeliveries.isKnown(again(7), 1)).toBe(false);
    expect([redeliveries.session, redeliveries.neededFrom]).toEqual([1, undefined]);
  });

  it.each([1, 16, 1000])('needs the journal of the last %i messages, and little more', (most) => {
    const redeliveries = new Redeliveries(most);
    expect(redeliveries.neededFrom).toBeUndefined();
    for (let count = 1; count <= 5000; count++) {
      redeliveries.note(count, count, 10 * count);
      const oldest = 10 * Math.max(1, count - most + 1);
      expect(redeliveries.neededFrom).toBeLessThanOrEqual(oldest);
      expect(redeliveries.neededFrom).toBeGreaterThanOrEqual(
        Math.min(oldest, 10) + Math.max(0, oldest - 10 - most / 2),
      );
    }
  });
});

describe('checksumOf', () => {
  it('tells messages apart by topic and payload', () => {
    const sums = [messageOf('a', 'x'), messageOf('a', 'y'), messageOf('b', 'x'), messageOf('a', 'x', 99)].map(
      checksumOf,
    );

    expect(new Set(sums.slice(0, 3)).size).toBe(3);
    expect(sums[3]).toBe(sums[0]);
  });
});
