import { concat, from, type Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/adapters/mqtt/inbound/delivery.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Judgement, Receipt, ReceiptKey, RepeatDetector } from '../../src/domain/receipt.ts';
import type { StreamInput } from '../../src/domain/streamInput.ts';
import { type DurationMs, toDurationMs } from '../../src/domain/time.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { journalWith } from '../../src/pipeline/journalWith.ts';
import { entryKindOf } from '../../src/state/log/entryCodec.ts';
import type { JournalOptions } from '../../src/state/log/journalOptions.ts';
import { entriesOf } from '../state/log/entries.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { settle } from '../support/virtualTime.ts';
import {
  arrivalOf,
  changeOf,
  deliveryOf,
  forgetOf,
  headOf,
  labelOf,
  messageOf,
  owedOf,
  repeatsOf,
  sampleOf,
} from './samples.ts';

/** The operator before a journal, and what comes of it. */
function worldOf(source: Observable<Arrival>, options: Partial<JournalOptions> = {}) {
  const medium = new JournalMedium(options);
  const out: StreamInput[] = [];
  const events: DomainEvent[] = [];
  const report = (event: DomainEvent): void => void events.push(event);
  const { journal, time } = medium;
  const repeats = repeatsOf(1000, time.clock);
  const samples$ = source.pipe(journalWith({ journal, repeats, report }));
  samples$.subscribe((sample) => out.push(sample));
  return {
    medium,
    repeats,
    out,
    events,
    kinds: () => medium.taken.flatMap(entriesOf).map(([, entry]) => entryKindOf(entry)),
  };
}

/** Deliveries that write down their acknowledgements. */
function deliveries() {
  const acks: number[] = [];
  const owed = (packetId: number, more: Partial<Delivery> = {}): Delivery =>
    deliveryOf(packetId, { ...more, ack: () => void acks.push(packetId) });
  return { acks, owed };
}

/** A source whose keys are partition and offset. */
class Offsets implements RepeatDetector {
  #taken = -1;
  readonly neededFrom: undefined = undefined;
  onChange: () => void = () => undefined;

  judge({ key }: Receipt): Judgement {
    const offset = offsetIn(key);
    return offset <= this.#taken ? { kind: 'repeat', number: offset } : { kind: 'new', isOfNewSession: false };
  }

  note(key: ReceiptKey): number {
    this.#taken = Math.max(this.#taken, offsetIn(key));
    return this.#taken;
  }

  isFull(): boolean {
    return false;
  }

  mayOvertake(): boolean {
    return false;
  }

  isHeldUp = (): boolean => false;
  settle = (): void => undefined;
  endSession = (): void => undefined;
  owe = (): void => undefined;
  acked = (): void => undefined;
  save = (): void => undefined;
  load = (): void => undefined;
}

const offsetIn = (key: ReceiptKey): number => Number(new TextDecoder().decode(key).split('@')[1]);
const receiptAt = (offset: number): Receipt => ({
  key: new TextEncoder().encode(`sensors/7@${offset}`),
  isRedelivery: false,
  ack: () => undefined,
});
const arrivalAt = (offset: number): Arrival => ({
  message: headOf({ ...messageOf('attic', 'x', offset), receipt: receiptAt(offset) }),
  inputs: [sampleOf('attic', offset)],
});

describe('journalWith', () => {
  it('passes samples on at once, with their place in the journal', async () => {
    const { medium, out, kinds } = worldOf(from([arrivalOf('attic', 1), arrivalOf('barn', 2)]));

    expect(out).toEqual([sampleOf('attic', 1), sampleOf('barn', 2)]);
    expect(medium.journal.position).toBe(2);
    await medium.time.pass(1000);
    expect(kinds()).toEqual(['reading', 'reading']);
  });

  it('passes inputs of every kind on in order, each with its place in the journal', async () => {
    const inputs = [sampleOf('attic', 1), labelOf('attic', 2), changeOf('attic', 3), forgetOf('attic', 4)];
    const { medium, out } = worldOf(from([{ ...arrivalOf('attic', 1), inputs }]));
    await medium.time.pass(1000);

    expect(out).toEqual(inputs);
    expect(medium.taken.flatMap(entriesOf)).toEqual(inputs.map((input, i) => [i + 1, input]));
  });

  it('journals the keys of a source that is no MQTT broker, which knows its messages again after a restart', async () => {
    const offsets = new Offsets();
    const medium = new JournalMedium({});
    const source = new Subject<Arrival>();
    const report = (): void => undefined;
    source.pipe(journalWith({ journal: medium.journal, repeats: offsets, report })).subscribe();
    for (const offset of [1, 2]) source.next(arrivalAt(offset));
    await medium.time.pass(1000);

    const known = new Offsets();
    for (const [, entry] of medium.taken.flatMap(entriesOf)) if (entry.kind === 'message') known.note(entry.key);
    expect([1, 2, 3].map((offset) => known.judge(receiptAt(offset)).kind)).toEqual(['repeat', 'repeat', 'new']);
  });

  it('acknowledges in order, once message and samples are on the medium', async () => {
    const { acks, owed } = deliveries();
    const two = { ...arrivalOf('attic', 1, owed(1)), inputs: [sampleOf('attic', 1), sampleOf('attic/humidity', 1)] };
    const { medium, kinds } = worldOf(from([two, arrivalOf('barn', 2, owed(2))]));
    expect(acks).toEqual([]);
    await medium.time.pass(1000);

    expect(acks).toEqual([1, 2]);
    expect(kinds()).toEqual(['message', 'reading', 'reading', 'message', 'reading']);
  });

  it('takes messages in whose inputs count in another order: acknowledged as they came, once all are on the medium', async () => {
    const { acks, owed } = deliveries();
    const again = arrivalOf('b', 2, owed(2, { isRedelivery: true, connection: 2 }));
    const one = arrivalOf('b', 2, owed(2));
    const heads = [arrivalOf('a', 1, owed(1)), again, arrivalOf('c', 3, owed(3))].map(({ message }) => message);
    const inputs = [sampleOf('c', 3), sampleOf('b', 2), sampleOf('a', 1)];
    const bundle = { message: heads[0] as Arrival['message'], inputs, bundle: { heads, owners: [2, 1, 0] } };
    const { medium, out, kinds, events } = worldOf(from([one, bundle]), { mostEntries: 1 });
    await medium.time.pass(1000);

    expect(out).toEqual([sampleOf('b', 2), sampleOf('c', 3), sampleOf('a', 1)]);
    expect(events).toEqual([{ type: 'InputDropped', reason: 'redelivered', topic: 'b' }]);
    expect(acks).toEqual([2, 1, 2, 3]);
    expect(kinds()).toEqual(['message', 'reading', 'message', 'message', 'reading', 'reading']);
    expect(medium.taken.map((batch) => entriesOf(batch).length)).toEqual([2, 4]);
  });

  it('acknowledges a message that gave no sample in its turn', async () => {
    const { acks, owed } = deliveries();
    const { medium, out } = worldOf(
      from([arrivalOf('attic', 1, owed(1)), { ...arrivalOf('attic', 2, owed(2)), inputs: [] }]),
    );
    expect([acks, out.length]).toEqual([[], 1]);
    await medium.time.pass(1000);
    expect(acks).toEqual([1, 2]);
  });

  it('takes what is sent again once, and acknowledges it again', async () => {
    const { acks, owed } = deliveries();
    const again = { ...arrivalOf('attic', 1, owed(1, { isRedelivery: true, connection: 2 })) };
    const { medium, out, events } = worldOf(from([arrivalOf('attic', 1, owed(1)), again, again]));
    await medium.time.pass(1000);

    expect([out.length, acks]).toEqual([1, [1, 1, 1]]);
    const drop = { type: 'InputDropped', reason: 'redelivered', topic: 'attic' };
    expect(events).toEqual([drop, drop]);
  });

  it('takes a message for new that only looks like one before', () => {
    const { owed } = deliveries();
    const other = { ...arrivalOf('attic', 1, owed(1, { isRedelivery: true, connection: 2 })) };
    const { out } = worldOf(
      from([
        arrivalOf('attic', 1, owed(1)),
        // Same id, not said to be sent again.
        arrivalOf('attic', 2, owed(1)),
        // Said to be sent again, but never seen: another id, another payload.
        arrivalOf('attic', 3, owed(2, { isRedelivery: true, connection: 2 })),
        {
          ...other,
          message: { ...other.message, receipt: owed(1, { isRedelivery: true, connection: 2, checksum: 1 }) },
        },
      ]),
    );
    expect(out).toHaveLength(4);
  });

  it('forgets packet ids with the session', async () => {
    const { owed } = deliveries();
    const inSession = (session: number, connection = 2 + session) =>
      arrivalOf('attic', 1, owed(1, { session, isRedelivery: true, connection }));
    const { medium, out, kinds } = worldOf(
      from([arrivalOf('attic', 1, owed(1)), inSession(0), inSession(1), inSession(1, 4)]),
    );
    await medium.time.pass(1000);

    expect(out).toHaveLength(2);
    expect(kinds()).toEqual(['message', 'reading', 'session', 'message', 'reading']);
  });

  it('after a lost session: takes in the messages that waited, and knows the next ones as new', async () => {
    const { acks, owed } = deliveries();
    const source = new Subject<Arrival>();
    const { medium, out, repeats, kinds } = worldOf(source);
    repeats.enter(1);
    source.next(arrivalOf('attic', 1, owed(1, { session: 0 })));
    source.next(arrivalOf('attic', 1, owed(1, { session: 1, isRedelivery: true })));
    await medium.time.pass(1000);

    expect([out.length, acks]).toEqual([2, [1, 1]]);
    expect(kinds()).toEqual(['reading', 'message', 'reading']);
  });

  it('hurries as soon as half of the window waits', async () => {
    const { owed } = deliveries();
    const source = new Subject<Arrival>();
    const { medium } = worldOf(source);
    for (let id = 1; id <= 9; id++) source.next(arrivalOf('attic', id, owed(id, { window: 20 })));
    await settle();
    expect(medium.offered).toEqual([]);
    source.next(arrivalOf('attic', 10, owed(10, { window: 20 })));
    await settle();
    expect(medium.offered).toEqual([0]);
  });

  it('on a full disk: takes no message twice, however small the receive window is', async () => {
    const { acks, owed } = deliveries();
    const window = 10;
    const messages = Array.from({ length: 500 }, (_, i) => i + 1);
    const first = from(messages.map((id) => arrivalOf('attic', 0, owed(id, { window }))));
    const again = from(
      messages.map((id) => arrivalOf('attic', 0, owed(id, { window, isRedelivery: true, connection: 2 }))),
    );
    const source = new Subject<Arrival>();
    const { medium, out } = worldOf(source);
    medium.fault = 'full';
    concat(first, again).subscribe(source);
    await medium.time.pass(60_000);
    expect([out.length, acks.length]).toEqual([500, 0]);

    medium.fault = undefined;
    await medium.time.pass(60_000);
    expect(acks).toEqual([...messages, ...messages]);
    expect(medium.taken.flatMap(entriesOf)).toHaveLength(1000);
  });

  it('lets samples that nobody waits for be left out of a journal that grows too long', async () => {
    const { acks, owed } = deliveries();
    const source = new Subject<Arrival>();
    const { medium, out, events } = worldOf(source, { mostEntries: 1_000_000 });
    medium.fault = 'full';
    source.next(arrivalOf('attic', 0, owed(1)));
    const free = arrivalOf('attic', 1);
    const enough = Math.ceil((4 * 1024 * 1024) / 19);
    for (let i = 0; i < enough + 1000; i++) source.next(free);
    expect(medium.events.filter(({ type }) => type === 'JournalLost')).toHaveLength(1);
    medium.fault = undefined;
    await medium.time.pass(60_000);

    expect([out.length, acks, events]).toEqual([enough + 1001, [1], []]);
    expect(medium.taken.flatMap(entriesOf).length).toBeLessThan(enough + 100);
  });

  it('owes nothing for what comes without', () => {
    const { out } = worldOf(from([{ message: headOf(messageOf('attic', 'x')), inputs: [] }]));
    expect(out).toEqual([]);
  });

  it('with a broker that stops before the window is full: commits in time for its next message', async () => {
    const source = new Subject<Arrival>();
    const { medium } = worldOf(source);
    const limit = 32;
    let sent = 0;
    let unacknowledged = 0;
    function send(): void {
      for (; unacknowledged < limit && sent < 960; unacknowledged++) {
        const ack = (): void => {
          unacknowledged--;
          medium.time.delay(send, 1 as DurationMs);
        };
        source.next(arrivalOf('attic', sent, deliveryOf(++sent, { window: 1000, ack })));
      }
    }
    send();
    for (let ms = 0; ms < 1200; ms++) await medium.time.pass(1);
    expect([sent, unacknowledged]).toEqual([960, 0]);
    // One by the interval, the others as soon as half of what the broker sends is there.
    expect(medium.offered.slice(0, 2)).toEqual([1000, 1001]);
  });

  it('never commits a message without its samples, whatever makes the commit due', async () => {
    const { acks, owed } = deliveries();
    const source = new Subject<Arrival>();
    // Reached within a message.
    const { medium, out } = worldOf(source, { mostEntries: 6, commitInterval: toDurationMs(60_000) });
    medium.isSlow = true;
    for (let i = 1; i <= 12; i++) {
      const inputs = ['a', 'b', 'c'].map((stream) => sampleOf(stream, i));
      source.next({ message: headOf(owedOf(messageOf('t', String(i)), owed(i))), inputs });
      // Somebody else may be in a hurry too.
      if (i % 5 === 0) void medium.journal.untilDurable(medium.journal.position);
      if (i % 2 === 0) await medium.finish();
    }
    medium.isSlow = false;
    await medium.finish();
    await medium.time.pass(60_000);

    expect([out.length, acks.length]).toEqual([36, 12]);
    expect(medium.taken.length).toBeGreaterThan(2);
    const kinds = medium.taken.map((batch) => entriesOf(batch).map(([, entry]) => entryKindOf(entry)));
    for (const batch of kinds) {
      expect(batch.length % 4).toBe(0);
      for (const [i, kind] of batch.entries()) expect(kind).toBe(i % 4 === 0 ? 'message' : 'reading');
    }
  });
});
