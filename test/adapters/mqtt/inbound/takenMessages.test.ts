import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TakenMessages } from '../../../../src/adapters/mqtt/inbound/takenMessages.ts';

/** A settlement names its message by its share of those so far; some name one that there is not. */
const events = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), checksum: fc.nat(5) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('settle' as const), share: fc.double({ min: 0, max: 1.1 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'settleAll' } as const) },
  ),
  { maxLength: 120 },
);

describe('TakenMessages', () => {
  it('says of the last messages what a list of all says, however often the columns are written round', () => {
    fc.assert(
      fc.property(events, fc.constantFrom(4, 8, 16), (list, room) => {
        const taken = new TakenMessages(room);
        const all: { checksum: number; isUnsettled: boolean }[] = [];
        for (const event of list) {
          if (event.kind === 'add') {
            all.push({ checksum: event.checksum, isUnsettled: true });
            expect(taken.add(all.length % 7, event.checksum, 10 * all.length)).toBe(all.length);
          } else if (event.kind === 'settle') {
            const number = Math.round(event.share * all.length);
            const isLast = number > all.length - room;
            expect(taken.settle(number)).toBe(isLast && all[number - 1]?.isUnsettled === true);
            if (isLast && all[number - 1] !== undefined) all[number - 1]!.isUnsettled = false;
          } else {
            taken.settleAll();
            for (const message of all) message.isUnsettled = false;
          }
          const last = all.map((it, i) => ({ ...it, number: i + 1 })).slice(-room);
          const unsettled = last.filter(({ isUnsettled }) => isUnsettled);
          expect([taken.count, taken.unsettled, taken.oldestUnsettled]).toEqual([
            all.length,
            unsettled.length,
            unsettled[0]?.number,
          ]);
          expect(taken.listUnsettled()).toEqual(
            unsettled.map(({ number, checksum }) => ({ number, packetId: number % 7, checksum })),
          );
          expect(taken.timesOf(3, 6)).toBe(last.slice(-6).filter(({ checksum }) => checksum === 3).length);
          for (const { number, checksum } of last)
            expect([taken.positionOf(number), taken.checksumOf(number)]).toEqual([10 * number, checksum]);
        }
      }),
    );
  });
});
