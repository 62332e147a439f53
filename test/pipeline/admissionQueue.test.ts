import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { OVERFLOWS, type Overflow } from '../../src/domain/overflow.ts';
import { isReading, type StreamInput } from '../../src/domain/streamInput.ts';
import { AdmissionQueue } from '../../src/pipeline/admissionQueue.ts';
import { type Arrival, bytesOf } from '../../src/pipeline/arrival.ts';
import { inBundles } from '../../src/pipeline/bundle.ts';
import { among, arrivalOf, changeOf, deliveryOf, forgetOf, ignore, labelOf, sampleOf } from './samples.ts';

function roomWith(overflow: Overflow, maxLength = 2, maxBytes = 1e9) {
  const drops: string[] = [];
  const report = (event: DomainEvent): void => {
    if (event.type === 'InputDropped') drops.push(`${event.reason} ${event.topic}`);
  };
  const room = new AdmissionQueue({ maxLength, maxBytes, overflow, report });
  const takeAll = (): string[] => {
    const taken: string[] = [];
    for (let one = room.take(); one !== undefined; one = room.take()) taken.push(nameOf(one));
    return taken;
  };
  return { room, drops, takeAll };
}

/** Topic and time; in brackets where only the acknowledgement is left. */
function nameOf({ message: { topic, receivedAt }, inputs }: Arrival): string {
  return inputs.length > 0 ? `${topic}${receivedAt}` : `(${topic}${receivedAt})`;
}

const owed = (topic: string, at: number): Arrival => arrivalOf(topic, at, deliveryOf(at));

describe('AdmissionQueue', () => {
  it('gives back what waits in order, and knows since when', () => {
    const { room, takeAll } = roomWith('drop_oldest', 10);
    expect([room.isEmpty, room.oldest, room.take()]).toEqual([true, undefined, undefined]);
    for (const [i, topic] of ['a', 'b', 'a'].entries()) room.add(arrivalOf(topic, i));

    expect([room.length, room.oldest, room.isEmpty]).toEqual([3, 0, false]);
    expect(takeAll()).toEqual(['a0', 'b1', 'a2']);
    expect([room.length, room.isEmpty]).toEqual([0, true]);
  });

  it.each<[Overflow, string[], string[]]>([
    ['drop_oldest', ['queue-full a', 'queue-full b'], ['a3', 'c4']],
    ['drop_newest', ['queue-full a', 'queue-full c'], ['a1', 'b2']],
    ['coalesce', ['coalesced a', 'queue-full b'], ['a3', 'c4']],
    ['block', ['queue-full a', 'queue-full b'], ['a3', 'c4']],
  ])('of messages that nobody holds back leaves out with %s as that says', (overflow, expected, left) => {
    const { room, drops, takeAll } = roomWith(overflow);
    for (const [i, topic] of ['a', 'b', 'a', 'c'].entries()) room.add(arrivalOf(topic, i + 1));

    expect(room.length).toBe(2);
    expect(drops).toEqual(expected);
    expect(takeAll()).toEqual(left);
  });

  it.each<[Overflow, string[]]>([
    ['drop_oldest', ['(a1)', '(b2)', 'a3', 'c4']],
    ['drop_newest', ['a1', 'b2', '(a3)', '(c4)']],
    ['coalesce', ['(a1)', '(b2)', 'a3', 'c4']],
    ['block', ['a1', 'b2', 'a3', 'c4']],
  ])('with %s keeps the place of every acknowledgement', (overflow, left) => {
    const { room, takeAll } = roomWith(overflow);
    for (const [i, topic] of ['a', 'b', 'a', 'c'].entries()) room.add(owed(topic, i + 1));

    expect(takeAll()).toEqual(left);
  });

  it('blocks for what is owed an acknowledgement, and leaves out what is not', () => {
    const { room, drops, takeAll } = roomWith('block');
    room.add(owed('a', 1));
    room.add(arrivalOf('b', 2));
    room.add(owed('c', 3));
    room.add(arrivalOf('d', 4));

    expect(drops).toEqual(['queue-full b']);
    expect(takeAll()).toEqual(['a1', 'c3', 'd4']);
  });

  it('coalesces while there is room only where it is told to', () => {
    const { room, drops, takeAll } = roomWith('coalesce', 10);
    room.add(arrivalOf('a', 1));
    room.add(arrivalOf('a', 2));
    room.coalesces = true;
    room.add(arrivalOf('b', 3));
    room.add(arrivalOf('a', 4));

    expect([room.length, drops]).toEqual([3, ['coalesced a']]);
    expect(takeAll()).toEqual(['a1', 'b3', 'a4']);
  });

  it.each<Overflow>(['drop_oldest', 'drop_newest', 'coalesce', 'block'])(
    'leaves out readings and never a label that is owed an acknowledgement, settings or a command with %s',
    (overflow) => {
      const { room, drops } = roomWith(overflow, 2);
      const others = [labelOf('a', 1), changeOf('a', 2), forgetOf('a', 3)];
      const owed = (at: number): Arrival['message'] => ({ ...arrivalOf('a', at).message, receipt: deliveryOf(at) });
      for (const input of others) room.add({ message: owed(input.at), inputs: [input, sampleOf('a', input.at)] });
      for (const input of others) room.add({ message: owed(input.at), inputs: [input] });
      for (let at = 10; at < 20; at++) room.add(arrivalOf('a', at));

      const inputs: StreamInput[] = [];
      for (let one = room.take(); one !== undefined; one = room.take()) inputs.push(...one.inputs);
      expect(inputs.filter((input) => !isReading(input))).toEqual([...others, ...others]);
      expect(inputs.filter(isReading).length + drops.length).toBe(13);
      expect([room.length, room.bytes]).toEqual([0, 0]);
    },
  );

  it.each<Overflow>(['drop_oldest', 'drop_newest', 'coalesce', 'block'])(
    'holds no flood of labels that nothing is owed for, and counts each that it leaves out, with %s',
    (overflow) => {
      const { room, drops } = roomWith(overflow, 3);
      for (let at = 0; at < 50; at++) room.add({ ...arrivalOf(`l${at}`, at), inputs: [labelOf(`s${at}`, at)] });
      expect([room.length, drops.length]).toEqual([3, 47]);
      expect(new Set(drops.map((drop) => drop.split(' ')[0]))).toEqual(new Set(['queue-full']));
    },
  );

  it('counts the text of a label among its bytes', () => {
    const { room } = roomWith('drop_oldest', 10);
    room.add({ ...arrivalOf('a', 1), inputs: [labelOf('a', 1)] });
    const short = room.bytes;
    room.add({ ...arrivalOf('a', 1), inputs: [{ ...labelOf('a', 1), label: 'x'.repeat(1000 + 'washing'.length) }] });
    expect(room.bytes - 2 * short).toBe(2000);
  });

  it('names every sample that it leaves out', () => {
    const { room, drops } = roomWith('drop_newest', 1);
    room.add(arrivalOf('a', 1));
    const two = arrivalOf('b', 2);
    room.add({ ...two, inputs: [...two.inputs, ...arrivalOf('b/humidity', 2).inputs] });
    expect(drops).toEqual(['queue-full b', 'queue-full b/humidity']);
  });

  it('does not forget since when the oldest of those waits that are left', () => {
    const { room } = roomWith('coalesce', 10);
    room.coalesces = true;
    room.add(arrivalOf('a', 1));
    room.add(arrivalOf('b', 2));
    room.add(arrivalOf('a', 3));
    expect(room.oldest).toBe(2);
  });

  it.each<Overflow>(['coalesce', 'drop_oldest'])(
    'holds on to nothing of what %s has left out, while nobody takes anything',
    (overflow) => {
      const room = new AdmissionQueue({ maxLength: 100, maxBytes: 1e9, overflow, report: ignore });
      room.coalesces = true;
      room.add(arrivalOf('first', 0));
      const heapAfter = (count: number): number => {
        for (let i = 0; i < count; i++) room.add(arrivalOf('gone', i));
        globalThis.gc?.();
        return process.memoryUsage().heapUsed;
      };
      const before = heapAfter(1000);

      expect(heapAfter(100_000) - before).toBeLessThan(2e6);
      expect(room.length).toBeLessThanOrEqual(100);
    },
  );

  /** A message of the largest kind: a batch of a thousand records. */
  const largest = (topic: string, at: number): Arrival => {
    const one = arrivalOf(topic.padEnd(512, '.'), at);
    return { ...one, inputs: Array.from({ length: 1000 }, (_, i) => among(sampleOf(topic, at + i / 1024), i, i)) };
  };

  it.each<Overflow>(['coalesce', 'drop_oldest', 'drop_newest', 'block'])(
    'takes no more bytes than it may and one message, with %s, and says what it leaves out',
    (overflow) => {
      const bytes = bytesOf(largest('a', 0));
      const { room, drops, takeAll } = roomWith(overflow, 1e6, 10 * bytes);
      for (let i = 0; i < 100; i++) {
        room.add(largest(`s${i}`, i));
        expect(room.bytes).toBeLessThan(11 * bytes);
        expect(room.owedBytes).toBe(0);
      }
      expect([room.fill >= 1, room.isFullFor(largest('b', 0))]).toEqual([true, true]);
      expect(drops).toHaveLength(90 * 1000);
      expect(takeAll()).toHaveLength(10);
      expect([room.bytes, room.fill]).toEqual([0, 0]);
    },
  );

  it('counts the bytes of messages that are owed an acknowledgement, and never drops one of them', () => {
    const { room, drops } = roomWith('block', 1e6, 1000);
    for (let i = 0; i < 5; i++) room.add(owed('a', i));
    const bytes = bytesOf(owed('a', 0));
    expect([room.bytes, room.owedBytes]).toEqual([5 * bytes, 5 * bytes]);
    room.add(arrivalOf('b', 9));
    room.add(arrivalOf('c', 10));
    expect([room.bytes, room.owedBytes, drops]).toEqual([6 * bytes, 5 * bytes, ['queue-full b']]);
    while (!room.isEmpty) room.take();
    expect([room.bytes, room.owedBytes]).toEqual([0, 0]);
  });

  it('loses no acknowledgement, keeps the order, and counts every sample once, whatever comes', () => {
    const action = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          topic: fc.constantFrom('a', 'b', 'c'),
          isOwed: fc.boolean(),
          isEmpty: fc.nat(5).map((n) => n === 0),
        }),
      },
      { weight: 2, arbitrary: fc.constant('take' as const) },
      { weight: 1, arbitrary: fc.constant('coalesce' as const) },
    );
    void fc.assert(
      fc.property(
        fc.array(action, { maxLength: 300 }),
        fc.constantFrom(...OVERFLOWS),
        fc.integer({ min: 1, max: 8 }),
        (all, overflow, max) => {
          const { room, drops } = roomWith(overflow, max);
          const taken: Arrival[] = [];
          const added: Arrival[] = [];
          const take = (): void => {
            const one = room.take();
            if (one !== undefined) taken.push(one);
          };
          for (const [i, one] of all.entries()) {
            if (one === 'take') take();
            else if (one === 'coalesce') room.coalesces = !room.coalesces;
            else {
              const arrival = one.isOwed ? owed(one.topic, i) : arrivalOf(one.topic, i);
              // Without samples only what is owed an acknowledgement comes in at all.
              added.push(one.isEmpty && one.isOwed ? { ...arrival, inputs: [] } : arrival);
              room.add(added.at(-1) as Arrival);
            }
            if (overflow !== 'block') expect(room.length).toBeLessThanOrEqual(max);
          }
          while (!room.isEmpty) take();
          expect([room.bytes, room.owedBytes]).toEqual([0, 0]);

          const times = taken.map(({ message }) => message.receivedAt);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          const owedTimes = (some: readonly Arrival[]): number[] =>
            some.flatMap(({ message }) => (message.receipt ? [message.receivedAt] : []));
          expect(owedTimes(taken)).toEqual(owedTimes(added));
          const inputsOf = (some: readonly Arrival[]): number =>
            some.reduce((sum, { inputs }) => sum + inputs.length, 0);
          expect(inputsOf(taken) + drops.length).toBe(inputsOf(added));
          if (overflow === 'block')
            expect(
              taken.every(
                ({ message, inputs }) =>
                  message.receipt === undefined || inputs === added.find((one) => one.message === message)?.inputs,
              ),
            ).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each<[Overflow, string[], string]>([
    ['drop_oldest', ['queue-full b', 'queue-full a'], ''],
    ['coalesce', ['queue-full b', 'queue-full a'], ''],
    ['block', [], 'b2 a1'],
  ])('with %s counts the messages of a bundle, and keeps its receipts', (overflow, expected, left) => {
    const { room, drops } = roomWith(overflow, 3);
    const burst = [owed('a', 1), owed('b', 2)];
    const [bundle] = inBundles(burst, [...burst].reverse()) as [Arrival];
    const bytes = bytesOf(bundle);
    room.add(bundle);
    expect([room.length, room.bytes, room.owedBytes]).toEqual([2, bytes, bytes]);
    for (const [i, topic] of ['a', 'c'].entries()) room.add(arrivalOf(topic, 9 + i));
    expect(drops.filter((drop) => !drop.includes(' c'))).toEqual(overflow === 'block' ? ['queue-full a'] : expected);
    const first = room.take();
    expect(first?.inputs.map(({ stream, at }) => `${stream}${at}`).join(' ')).toBe(left);
    expect(first?.bundle?.heads.map(({ topic }) => topic)).toEqual(['a', 'b']);
    while (room.take() !== undefined);
    expect([room.length, room.bytes]).toEqual([0, 0]);
  });
});
