import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../src/adapters/mqtt/inbound/delivery.ts';
import { Redeliveries } from '../../../../src/adapters/mqtt/inbound/redeliveries.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { checksumOf } from '../../../../src/state/log/checksum.ts';
import { deliveryOf, messageOf } from '../../../pipeline/samples.ts';

/** Over the connection after the first. */
const again = (packetId: number, connection = 2) =>
  deliveryOf(packetId, { isRedelivery: true, connection, firstPacketId: 2 });

const recognise = (known: Redeliveries, delivery: Delivery, checksum: number): number | undefined =>
  known.recognise({ ...delivery, checksum });

/** Fates of messages: taken in, settled (by number among those so far), or the broker begins anew. */
const events = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: 'note' } as const) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('settle' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'enter' } as const) },
  ),
  { maxLength: 300 },
);

describe('Redeliveries', () => {
  it('says the place of the oldest unsettled message, whatever is settled in what order, and holds no more than may be', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 20 }), (list, most) => {
        const redeliveries = new Redeliveries(most);
        const unsettled = new Set<number>();
        let count = 0;
        for (const event of list) {
          if (event.kind === 'note') {
            // Message and journal position have the same number here.
            expect(redeliveries.note(1 + (count % 100), count, ++count)).toBe(count);
            unsettled.add(count);
            if (unsettled.size > most) unsettled.delete(Math.min(...unsettled));
          } else if (event.kind === 'settle') {
            const number = Math.round(event.share * count);
            redeliveries.settle(number);
            unsettled.delete(number);
          } else {
            redeliveries.enter(1);
            unsettled.clear();
          }
          expect(redeliveries.settled.settled).toBe(unsettled.size === 0 ? count : Math.min(...unsettled) - 1);
        }
      }),
    );
  });

  it('knows a message again by packet id and checksum, where the broker says that it may have come before', () => {
    const redeliveries = new Redeliveries(100);
    redeliveries.note(7, 1234, 1);

    expect(recognise(redeliveries, again(8), 1235)).toBeUndefined();
    expect(recognise(redeliveries, again(7), 1235)).toBeUndefined();
    expect(recognise(redeliveries, again(8), 1234)).toBeUndefined();
    expect(recognise(redeliveries, again(7), 1234)).toBe(1);
    expect(recognise(redeliveries, again(7, 3), 1234)).toBe(1);
  });

  it('knows nothing any more after a new session', () => {
    const redeliveries = new Redeliveries(100);
    redeliveries.note(7, 1, 1);
    redeliveries.enter(1);

    expect(recognise(redeliveries, again(7), 1)).toBeUndefined();
    expect([redeliveries.session, redeliveries.neededFrom]).toEqual([1, undefined]);
  });

  it('takes no equal reading for a repeat of one that is settled, whatever the broker says', () => {
    const redeliveries = new Redeliveries(100);
    for (const [i, id] of [7, 8, 9].entries()) redeliveries.note(id, 5, i + 1);
    for (const number of [1, 2, 3]) redeliveries.settle(number);

    expect([7, 8, 9].map((id) => recognise(redeliveries, again(id), 5))).toEqual([undefined, undefined, undefined]);
  });

  it('knows settled messages of a broker that has gone back to an older state, where their content tells them apart', () => {
    const redeliveries = new Redeliveries(100);
    for (const id of [7, 8, 9]) redeliveries.note(id, 10 * id, id);
    for (const number of [1, 2, 3]) redeliveries.settle(number);

    expect([7, 8, 9].map((id) => recognise(redeliveries, again(id), 10 * id))).toEqual([1, 2, 3]);
    expect(recognise(redeliveries, again(9), 80)).toBeUndefined();
  });

  it('knows as many settled ones as may be unacknowledged, however small a window the broker was told', () => {
    const redeliveries = new Redeliveries(1000);
    for (let id = 1; id <= 1500; id++) redeliveries.settle(redeliveries.note(id, id, id));

    const known = Array.from({ length: 1500 }, (_, i) => i + 1).filter((id) => recognise(redeliveries, again(id), id));
    expect([known.length, known[0], known.at(-1)]).toEqual([1000, 501, 1500]);
  });

  it.each([
    { everSetDup: true, count: 1, repeats: undefined },
    { everSetDup: true, count: 300, repeats: 300 },
    { everSetDup: false, count: 1, repeats: 1 },
  ])('takes an equal reading in a new session for a repeat only where much was heard, or DUP never: %j', (known) => {
    const { everSetDup, count, repeats } = known;
    const before = new Redeliveries(1000);
    if (everSetDup) recognise(before, again(1), 1);
    before.enter(1);
    const { settled, setsDup, everSetDup: ever } = before.settled;
    expect([setsDup, ever]).toEqual([false, everSetDup]);

    const next = new Redeliveries(1000);
    for (let id = 1; id <= count; id++) next.note(id, id, id);
    next.resume({ settled, setsDup, everSetDup: ever });
    const first = deliveryOf(count + 1, { connection: 1, firstPacketId: count + 1 });
    expect(recognise(next, first, count)).toBe(repeats);
  });

  it('is settled up to the first message that may come again', () => {
    const redeliveries = new Redeliveries(100);
    for (const id of [1, 2, 3]) redeliveries.note(id, id, 10 * id);
    redeliveries.settle(1);
    redeliveries.settle(3);
    expect(redeliveries.settled).toEqual({ settled: 19, setsDup: false, everSetDup: false });
    redeliveries.settle(2);
    expect(redeliveries.settled).toEqual({ settled: 30, setsDup: false, everSetDup: false });

    const next = new Redeliveries(100);
    for (const id of [1, 2, 3]) next.note(id, 5, 10 * id);
    next.resume({ settled: 19, setsDup: true, everSetDup: true });
    const plain = (id: number) => deliveryOf(id, { connection: 1, firstPacketId: 2 });
    expect(recognise(next, again(1, 1), 5)).toBeUndefined();
    expect(recognise(next, again(2, 1), 5)).toBe(2);
    // This broker says it where it sends something again.
    expect(recognise(next, plain(3), 5)).toBeUndefined();
  });

  it('expects nothing more of what a resumed session had not sent before its first new message', () => {
    const redeliveries = new Redeliveries(100);
    for (const id of [2, 3, 4]) redeliveries.note(id, 5, id);
    expect(recognise(redeliveries, again(4), 5)).toBe(3);
    expect(recognise(redeliveries, deliveryOf(5, { connection: 2 }), 5)).toBeUndefined();
    redeliveries.note(5, 5, 5);
    expect(redeliveries.settled.settled).toBe(3);
    redeliveries.settle(3);
    expect(redeliveries.settled.settled).toBe(4);
  });

  describe('of a broker that keeps ids, sets no DUP and sends new messages among the repeats', () => {
    const plain = (packetId: number, age = 0) =>
      deliveryOf(packetId, { connection: 2, firstPacketId: 2, age: toDurationMs(age) });
    /** Ids 2 to 5, all with content 5, and the first repeat has come. */
    const resumed = (): Redeliveries => {
      const redeliveries = new Redeliveries(100);
      for (const id of [2, 3, 4, 5]) redeliveries.note(id, 5, id);
      expect(recognise(redeliveries, plain(2), 5)).toBe(1);
      return redeliveries;
    };

    it('knows each repeat by its id, also behind new ones and behind those that are settled', () => {
      const redeliveries = resumed();
      expect(recognise(redeliveries, plain(100), 7)).toBeUndefined();
      redeliveries.settle(redeliveries.note(100, 7, 6));
      expect(recognise(redeliveries, plain(3), 5)).toBe(2);
      expect(recognise(redeliveries, plain(101), 5)).toBeUndefined();
      expect([4, 5].map((id) => recognise(redeliveries, plain(id), 5))).toEqual([3, 4]);
      expect(recognise(redeliveries, plain(5), 5)).toBeUndefined();
    });

    it('knows repeats that come behind a new one, with an id that follows it where no other has the content', () => {
      const redeliveries = new Redeliveries(100);
      for (const id of [2, 3, 4]) redeliveries.note(id, 10 * id, id);
      expect(recognise(redeliveries, plain(100), 7)).toBeUndefined();
      redeliveries.settle(redeliveries.note(100, 7, 5));
      expect(redeliveries.settled.settled).toBe(1);
      expect(recognise(redeliveries, plain(2), 20)).toBe(1);
      // It was never taken in, and its id is one of before.
      expect(recognise(redeliveries, plain(3), 31)).toBeUndefined();
      expect(recognise(redeliveries, plain(4), 40)).toBe(3);
    });

    it.each([1, 300, 900])(
      'knows a repeat by its content behind %i new ones, with an id that follows the last',
      (count) => {
        const redeliveries = new Redeliveries(1000);
        for (const id of [2, 3, 4]) redeliveries.note(id, 10 * id, id);
        for (let i = 0; i < count; i++) {
          expect(recognise(redeliveries, plain(100 + i), 1000 + i)).toBeUndefined();
          redeliveries.settle(redeliveries.note(100 + i, 1000 + i, 5 + i));
        }
        expect(recognise(redeliveries, plain(3), 31)).toBeUndefined();
        expect(recognise(redeliveries, plain(4), 40)).toBe(3);
      },
    );

    it('keeps in its note what has not come yet, for ten seconds', () => {
      const redeliveries = resumed();
      redeliveries.settle(1);
      recognise(redeliveries, plain(100), 7);
      redeliveries.settle(redeliveries.note(100, 7, 6));
      expect(redeliveries.settled.settled).toBe(2);
      expect(recognise(redeliveries, plain(3, 10_000), 5)).toBeUndefined();
      expect(redeliveries.settled.settled).toBe(6);
    });

    it('takes an id that is the next new one for new', () => {
      const redeliveries = resumed();
      expect(recognise(redeliveries, plain(3), 7)).toBeUndefined();
      expect(recognise(redeliveries, plain(4), 5)).toBeUndefined();
      expect(recognise(redeliveries, plain(5), 5)).toBeUndefined();
    });
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
