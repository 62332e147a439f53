import { concat, from, type Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Delivery, Sample } from '../../src/domain/sample.ts';
import { type DurationMs, toDurationMs } from '../../src/domain/time.ts';
import type { Arrival } from '../../src/pipeline/arrival.ts';
import { journalWith } from '../../src/pipeline/journalWith.ts';
import type { JournalOptions } from '../../src/state/log/journal.ts';
import { Redeliveries } from '../../src/state/log/redeliveries.ts';
import { entriesOf } from '../state/log/entries.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { settle } from '../support/virtualTime.ts';
import { arrivalOf, deliveryOf, headOf, messageOf, sampleOf } from './samples.ts';

/** The operator before a journal, and what comes of it. */
function worldOf(source: Observable<Arrival>, options: Partial<JournalOptions> = {}) {
  const medium = new JournalMedium(options);
  const redeliveries = new Redeliveries(1000);
  const out: Sample[] = [];
  const events: DomainEvent[] = [];
  const report = (event: DomainEvent): void => void events.push(event);
  const { journal, time } = medium;
  const samples$ = source.pipe(journalWith({ journal, redeliveries, clock: time.clock, report }));
  samples$.subscribe((sample) => out.push(sample));
  return {
    medium,
    redeliveries,
    out,
    events,
    kinds: () => medium.taken.flatMap(entriesOf).map(([, { kind }]) => kind),
  };
}

/** Deliveries that write down their acknowledgements. */
function deliveries() {
  const acks: number[] = [];
  const owed = (packetId: number, more: Partial<Delivery> = {}): Delivery =>
    deliveryOf(packetId, { ...more, acknowledge: () => void acks.push(packetId) });
  return { acks, owed };
}

describe('journalWith', () => {
  it('passes samples on at once, with their place in the journal', async () => {
    const { medium, out, kinds } = worldOf(from([arrivalOf('attic', 1), arrivalOf('barn', 2)]));

    expect(out).toEqual([sampleOf('attic', 1), sampleOf('barn', 2)]);
    expect(medium.journal.position).toBe(2);
    await medium.time.pass(1000);
    expect(kinds()).toEqual(['sample', 'sample']);
  });

  it('acknowledges in order, once message and samples are on the medium', async () => {
    const { acks, owed } = deliveries();
    const two = { ...arrivalOf('attic', 1, owed(1)), samples: [sampleOf('attic', 1), sampleOf('attic/humidity', 1)] };
    const { medium, kinds } = worldOf(from([two, arrivalOf('barn', 2, owed(2))]));
    expect(acks).toEqual([]);
    await medium.time.pass(1000);

    expect(acks).toEqual([1, 2]);
    expect(kinds()).toEqual(['message', 'sample', 'sample', 'message', 'sample']);
  });

  it('acknowledges a message that gave no sample in its turn', async () => {
    const { acks, owed } = deliveries();
    const { medium, out } = worldOf(
      from([arrivalOf('attic', 1, owed(1)), { ...arrivalOf('attic', 2, owed(2)), samples: [] }]),
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
        { ...other, message: { ...other.message, checksum: other.message.checksum + 1 } },
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
    expect(kinds()).toEqual(['message', 'sample', 'session', 'message', 'sample']);
  });

  it('takes what waited while its session was lost, and does not mistake the next ones for it', async () => {
    const { acks, owed } = deliveries();
    const source = new Subject<Arrival>();
    const { medium, out, redeliveries, kinds } = worldOf(source);
    redeliveries.enter(1);
    source.next(arrivalOf('attic', 1, owed(1, { session: 0 })));
    source.next(arrivalOf('attic', 1, owed(1, { session: 1, isRedelivery: true })));
    await medium.time.pass(1000);

    expect([out.length, acks]).toEqual([2, [1, 1]]);
    expect(kinds()).toEqual(['sample', 'message', 'sample']);
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

  it('takes nothing twice of what was sent while the disk was full, however small the window that the broker was told', async () => {
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
    const { out } = worldOf(from([{ message: headOf(messageOf('attic', 'x')), samples: [] }]));
    expect(out).toEqual([]);
  });

  it('finds out that a broker waits with fewer messages than it might send, and then commits in time for it', async () => {
    const source = new Subject<Arrival>();
    const { medium } = worldOf(source);
    const limit = 32;
    let sent = 0;
    let unacknowledged = 0;
    function send(): void {
      for (; unacknowledged < limit && sent < 960; unacknowledged++) {
        const acknowledge = (): void => {
          unacknowledged--;
          medium.time.delay(send, 1 as DurationMs);
        };
        source.next(arrivalOf('attic', sent, deliveryOf(++sent, { window: 1000, acknowledge })));
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
      const samples = ['a', 'b', 'c'].map((stream) => sampleOf(stream, i));
      source.next({ message: headOf({ ...messageOf('t', String(i)), delivery: owed(i) }), samples });
      // Somebody else may be in a hurry too.
      if (i % 5 === 0) void medium.journal.reaches(medium.journal.position);
      if (i % 2 === 0) await medium.finish();
    }
    medium.isSlow = false;
    await medium.finish();
    await medium.time.pass(60_000);

    expect([out.length, acks.length]).toEqual([36, 12]);
    expect(medium.taken.length).toBeGreaterThan(2);
    const kinds = medium.taken.map((batch) => entriesOf(batch).map(([, { kind }]) => kind));
    for (const batch of kinds) {
      expect(batch.length % 4).toBe(0);
      for (const [i, kind] of batch.entries()) expect(kind).toBe(i % 4 === 0 ? 'message' : 'sample');
    }
  });
});
