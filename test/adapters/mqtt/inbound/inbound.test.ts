import { expect, it } from 'vitest';
import { identifierBase } from '../../../../src/adapters/mqtt/inbound/copyFilter.ts';
import type { Delivery } from '../../../../src/adapters/mqtt/inbound/delivery.ts';
import { createIntake, type Intake } from '../../../../src/adapters/mqtt/inbound/inbound.ts';
import type { PublishFlags } from '../../../../src/adapters/mqtt/inbound/publishGate.ts';
import { ByteRange } from '../../../../src/domain/byteRange.ts';
import type { Inbound } from '../../../../src/domain/sample.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { deliveryOf } from '../../../pipeline/samples.ts';

interface Case {
  readonly acks: 'at-once' | 'deferred';
  readonly intake: Intake;
  readonly seen: readonly string[];
  take(topic: string, flags?: PublishFlags, text?: string): void;
}

function create(
  acks: 'at-once' | 'deferred',
  filters: readonly string[] = ['a/#', 'a/+'],
  takesRetained?: boolean,
): Case {
  const seen: string[] = [];
  const intake = createIntake({
    filters,
    formerFilters: ['a/#', 'x/#', '#'],
    identifierBase: 0,
    baseTopic: 'tidegate',
    clock: { now: () => toEpochMs(1) },
    report: () => undefined,
    acks,
    takesRetained,
  });
  intake.inbound$.subscribe(({ topic, receipt, retained }: Inbound) =>
    seen.push(`${topic} ${(receipt as Delivery | undefined)?.packetId}${retained ? ' kept' : ''}`),
  );
  let packetId = 0;
  return {
    acks,
    intake,
    seen,
    take(topic, flags = { retain: false }, text = '') {
      const id = ++packetId;
      const ack = () => void seen.push(`ack ${id}`);
      const delivery = { ...deliveryOf(id), session: 1, window: 20, ack };
      intake.take(topic, ByteRange.of(new TextEncoder().encode(text)), flags, delivery);
    },
  };
}

const copyOf = (subscriptionIdentifier: number): PublishFlags => ({
  retain: false,
  properties: { subscriptionIdentifier },
});

it.each([create('at-once'), create('deferred')])('acknowledges what it drops, $acks', ({ take, seen }) => {
  take('tidegate/x');
  take('a/b', { retain: true });
  take('a/b', copyOf(2));
  expect(seen).toEqual(['ack 1', 'ack 2', 'ack 3']);
});

it.each([create('at-once', undefined, true), create('deferred', undefined, true)])(
  'hands over what the broker had kept where that is wanted, acknowledged at once, and not its own output, $acks',
  ({ take, seen }) => {
    take('a/b', { retain: true });
    take('tidegate/x', { retain: true });
    expect(seen).toEqual(['a/b undefined kept', 'ack 1', 'ack 2']);
    take('a/b');
    expect(seen[3]).toMatch(/^a\/b (?:3|undefined)$/);
  },
);

it('acknowledges what it has handed over, unless the receiver wants to', () => {
  const [atOnce, deferred] = [create('at-once'), create('deferred')];
  for (const { take } of [atOnce, deferred]) take('a/b', copyOf(1));
  expect(atOnce.seen).toEqual(['a/b undefined', 'ack 1']);
  expect(deferred.seen).toEqual(['a/b 1']);
});

it('judges copies by the filters of the time when they were made', () => {
  const { take, seen } = create('at-once');
  const base = identifierBase(['a/#', 'x/#', '#']);
  for (const identifier of [1, 2, base + 1, base + 3, base + 7]) take('a/b', copyOf(identifier));
  // Of the other two one is the copy for a later filter of today, and one for a later filter of then.
  expect(seen.filter((it) => it.startsWith('a/b'))).toHaveLength(3);
  expect(seen.filter((it) => it.startsWith('ack'))).toHaveLength(5);
});

it.each([create('at-once'), create('deferred')])(
  'leaves to the broker what comes when it is closed, $acks',
  ({ intake, take, seen }) => {
    intake.close();
    take('a/b');
    take('a/b', copyOf(2));
    expect(seen).toEqual([]);
  },
);

it.each([create('at-once', ['#', 'named/by/us']), create('deferred', ['#', 'named/by/us'])])(
  'takes no output of another instance for a reading, unless its topic is named in full, $acks',
  ({ take, seen }) => {
    const output = '{"ts":"2026-01-01T00:00:00.000Z","y":1,"yhat":1,"yhat_lower":0,"yhat_upper":2}';
    take('elsewhere/attic', undefined, output);
    expect(seen).toEqual(['ack 1']);
    take('named/by/us', undefined, output);
    expect(seen.slice(1)).toContainEqual(expect.stringMatching(/^named/));
  },
);
