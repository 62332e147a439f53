import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WrittenAcknowledgements } from '../../../../src/adapters/mqtt/inbound/writtenAcknowledgements.ts';

interface Written {
  readonly packetId: number;
  readonly qos: 1 | 2;
  readonly isRedelivery: boolean;
  readonly checksum: number;
  readonly number: number | undefined;
  isLatest: boolean;
}

const messages = fc.record({
  packetId: fc.integer({ min: 1, max: 5 }),
  qos: fc.constantFrom<1 | 2>(1, 2),
  isRedelivery: fc.boolean(),
  checksum: fc.nat(3),
  number: fc.option(fc.nat(1000), { nil: undefined }),
  isLatest: fc.boolean(),
});
const events = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('add' as const), all: fc.array(messages, { maxLength: 90 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), share: fc.double({ min: 0, max: 1 }) }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'clear' } as const) },
  ),
  { maxLength: 12 },
);

describe('WrittenAcknowledgements', () => {
  it('settles each once, in order, and knows the last message of a packet id until then, as a list would', () => {
    fc.assert(
      fc.property(events, (list) => {
        const written = new WrittenAcknowledgements();
        let waiting: Written[] = [];
        const settled: (number | undefined)[] = [];
        const onSettled = (number: number | undefined): void => void settled.push(number);
        const supersede = (packetId: number): void => {
          written.supersede(packetId);
          for (const it of waiting) if (it.packetId === packetId) it.isLatest = false;
        };
        for (const event of list) {
          settled.length = 0;
          let expected: Written[] = [];
          if (event.kind === 'add') {
            for (const message of event.all) {
              if (message.isLatest) supersede(message.packetId);
              waiting.push({ ...message });
              written.add({ ...message, onSettled }, message.isLatest);
            }
          } else if (event.kind === 'settle') {
            const count = Math.round(event.share * waiting.length);
            written.settle(written.end - waiting.length + count);
            expected = waiting.slice(0, count);
            waiting = waiting.slice(count);
          } else {
            written.clear();
            waiting = [];
          }
          expect(settled).toEqual(expected.map(({ number }) => number));
          for (let packetId = 1; packetId <= 5; packetId++) {
            const latest = waiting.find((it) => it.packetId === packetId && it.isLatest);
            for (let checksum = 0; checksum <= 3; checksum++) {
              const isKnown = latest?.checksum === checksum && latest.isRedelivery;
              expect(written.qosOfRepeated(packetId, checksum)).toBe(isKnown ? latest?.qos : undefined);
            }
          }
        }
      }),
    );
  });

  it('remembers no more of a broker that never answers than there are packet ids', () => {
    const written = new WrittenAcknowledgements();
    const settled: number[] = [];
    const onSettled = (number: number | undefined): void => void settled.push(number ?? Number.NaN);
    for (let number = 1; number <= 65_546; number++)
      written.add({ packetId: number & 0xffff, qos: 1, isRedelivery: false, checksum: 0, number, onSettled }, true);

    written.settle(written.end);

    expect([settled.length, settled[0], settled.at(-1)]).toEqual([65_536, 11, 65_546]);
  });
});
