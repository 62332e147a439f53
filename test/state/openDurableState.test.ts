import { describe, expect, it } from 'vitest';
import { toKey } from '../../src/adapters/mqtt/inbound/delivery.ts';
import type { MqttRepeats } from '../../src/adapters/mqtt/inbound/mqttRepeats.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { type StateStore, StoreError } from '../../src/domain/stateStore.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import type { OpenDurableState } from '../../src/state/durableState.ts';
import { checksumOf } from '../../src/state/log/checksum.ts';
import { openDurableState } from '../../src/state/openDurableState.ts';
import { deliveryOf, idOf, messageOf, repeatsOf, sampleOf } from '../pipeline/samples.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { MeteredStore } from '../support/meteredStore.ts';
import { settle, VirtualTime } from '../support/virtualTime.ts';
import { batchWith, entriesOf, messageEntry } from './log/entries.ts';

const DAY = 86_400_000;
const MB = 1_000_000;
/** A standard stream's. */
const LEARNER = new Uint8Array(223 * 1024);

class StateWorld {
  readonly time: VirtualTime;
  readonly store: MeteredStore;
  readonly events: DomainEvent[] = [];
  readonly durability: 'journal' | 'snapshot';
  durable!: OpenDurableState;
  learner: Uint8Array = LEARNER;
  repeats!: MqttRepeats;
  sessionNote: unknown;
  settledNote: unknown;

  constructor(durability: 'journal' | 'snapshot' = 'snapshot', time: VirtualTime = new VirtualTime(DAY)) {
    this.durability = durability;
    this.time = time;
    this.store = new MeteredStore(time.clock);
  }

  async open(store: StateStore = this.store): Promise<OpenDurableState> {
    this.repeats = repeatsOf(1000, this.time.clock);
    this.durable = await openDurableState({
      store,
      repeats: this.repeats,
      settings: {
        dir: '',
        durability: this.durability,
        writesPerDay: 100 * MB,
        commitInterval: toDurationMs(1000),
        onDiskFull: 'stop_ack',
        keepFormer: toDurationMs(604_800_000),
        keepPast: toDurationMs(0),
        keepPastSize: 0,
      },
      host: createEchoHost().host,
      clock: this.time.clock,
      delay: this.time.delay,
      report: (event) => this.events.push(event),
      leastSamples: 200,
      notes: {
        poison: { read: () => undefined, write: () => undefined },
        session: {
          read: () => this.sessionNote,
          write: (note) => {
            this.sessionNote = note;
          },
        },
        settled: {
          read: () => this.settledNote,
          write: (note) => {
            this.settledNote = note;
          },
        },
      },
    });
    this.durable.wanted$.subscribe((stream) => this.durable.residency.checkpoint(stream)?.(this.learner));
    return this.durable;
  }

  /** A sample comes in. */
  note(stream: string): void {
    const { journal, residency } = this.durable;
    const sample = sampleOf(stream, this.time.now, 20.5);
    residency.note(sample, journal.add(sample));
  }

  /** Each of `streams` streams says something every half a minute. */
  async live(streams: number, ms: number): Promise<void> {
    for (const end = this.time.now + ms; this.time.now < end; await this.time.pass(30_000)) {
      for (let i = 0; i < streams; i++) this.note(`home/sensor-${i}/temperature`);
    }
  }
}

describe('openDurableState', () => {
  it('has every sample on the medium within a minute, or within the interval of a journal', async () => {
    const snapshot = new StateWorld('snapshot');
    await snapshot.open();
    snapshot.note('attic');
    await snapshot.time.pass(59_999);
    expect(snapshot.store.batches).toHaveLength(0);
    await snapshot.time.pass(1);
    expect(snapshot.store.batches).toHaveLength(1);

    const journal = new StateWorld('journal');
    await journal.open();
    journal.note('attic');
    await journal.time.pass(1000);
    expect(journal.store.batches).toHaveLength(1);
  });

  it('writes nothing in a day in which nothing comes', async () => {
    const world = new StateWorld();
    const durable = await world.open();
    durable.start();
    await world.live(3, 10 * 3_600_000);
    await world.time.pass(60_000);
    // What has changed is still to be written in full, and copied.
    await world.time.pass(2 * DAY);
    const { deviceBytes, saves } = world.store;
    expect(saves).toBeGreaterThan(0);
    world.store.backups = 0;
    await world.time.pass(DAY - 60_000);

    expect([world.store.deviceBytes - deviceBytes, world.store.saves - saves]).toEqual([0, 0]);
  });

  it('of 50 streams with a sample each half a minute writes no more to the device than it may, on either of two days', async () => {
    const world = new StateWorld();
    const durable = await world.open();
    durable.start();
    for (let day = 1; day <= 2; day++) {
      const [before, saves] = [world.store.deviceBytes, world.store.saves];
      await world.live(50, DAY);
      const bytes = world.store.deviceBytes - before;
      console.log(`day ${day}: ${(bytes / MB).toFixed(1)} MB at the device, ${world.store.saves - saves} snapshots`);
      expect(bytes).toBeLessThanOrEqual(100 * MB);
      // It is made use of.
      expect(world.store.saves - saves).toBeGreaterThanOrEqual(50);
    }
    expect(world.store.backups).toBe(2);
    for (const [first, second] of world.store.snapshots.values())
      expect(first?.position).toBeGreaterThan(second?.position ?? 0);
    // The journal holds what the older snapshots lack, and not much more.
    expect(durable.health().journal_bytes).toBeLessThan(16 * MB);
  });

  it('goes on from the last backup of a life before', async () => {
    for (const [hoursAgo, made] of [
      [undefined, 1],
      [12, 0],
      [23, 1],
    ] as const) {
      const world = new StateWorld();
      const backedUpAt = hoursAgo === undefined ? undefined : world.time.now - 3_600_000 * hoursAgo;
      const opening = await world.store.open();
      Object.assign(world.store, { open: async () => ({ ...opening, backedUpAt }) });
      const durable = await world.open();
      durable.start();
      await world.live(1, 7 * 3_600_000);
      expect(world.store.backups, `${hoursAgo}`).toBe(made);
      await durable.stop(toDurationMs(3000));
    }
  });

  it('with a journal of every second still writes streams in full', async () => {
    const world = new StateWorld('journal');
    const durable = await world.open();
    durable.start();
    const HOURS = 8;
    for (const end = world.time.now + HOURS * 3_600_000; world.time.now < end; await world.time.pass(1000)) {
      for (let i = 0; i < 50; i++)
        if ((world.time.now / 1000 + i) % 30 === 0) world.note(`home/sensor-${i}/temperature`);
    }
    const perDay = (world.store.deviceBytes * 24) / HOURS;
    console.log(
      `durability journal, commits of a second: ${(perDay / MB).toFixed(0)} MB a day, ${world.store.saves} snapshots in ${HOURS} h`,
    );
    expect(world.store.saves).toBeGreaterThan(20);
  });

  it('tells how it is doing', async () => {
    const world = new StateWorld('journal');
    const durable = await world.open();
    expect(durable.health()).toEqual({
      ...{ degraded: [], bytes_written: 0, bytes_written_day: 0, flushes: 0, flushes_day: 0, journal_bytes: 0 },
      ...{ uncommitted: 0, acks_pending: 0, streams_stored: 0 },
    });
    world.note('attic');
    durable.journal.whenDurable(() => undefined);
    world.note('barn');
    expect(durable.health()).toMatchObject({ uncommitted: 2, acks_pending: 1, streams_stored: 2 });
    await world.time.pass(1000);
    expect(durable.health()).toMatchObject({ uncommitted: 0, acks_pending: 0, flushes: 1 });
    expect(durable.health().journal_bytes).toBe(world.store.batches[0]?.bytes.length);
    const { bytes_written, journal_bytes, bytes_written_day, flushes_day } = durable.health();
    expect(bytes_written).toBeGreaterThan(journal_bytes);
    expect([bytes_written_day, flushes_day]).toEqual([bytes_written, 1]);
  });

  it('tells that the medium takes nothing', async () => {
    const world = new StateWorld('journal');
    let isFull = true;
    const append: StateStore['append'] = (batch) =>
      isFull ? Promise.reject(new StoreError('full', 'planted')) : world.store.append(batch);
    const durable = await world.open(
      Object.assign(Object.create(world.store), { append, traffic: () => world.store.traffic() }),
    );
    world.note('attic');
    await world.time.pass(1000);
    expect(durable.health()).toMatchObject({ degraded: ['not-written'], uncommitted: 1 });
    isFull = false;
    await world.time.pass(2000);
    expect(durable.health()).toMatchObject({ degraded: [], uncommitted: 0 });
    expect(world.events.map(({ type }) => type)).toEqual(['StoreOpened', 'StoreFailed', 'StoreRecovered']);
  });

  describe('opened on what one before has left', () => {
    it('makes the samples of known streams wait, goes on from the last position, and knows what was received', async () => {
      const world = new StateWorld('journal');
      const first = await world.open();
      const message = messageOf('attic', 'x');
      first.journal.add(messageEntry(7, checksumOf(message)));
      world.note('attic');
      await first.stop(toDurationMs(3000));

      const again = new StateWorld('journal', world.time);
      const second = await again.open(world.store);
      expect(again.events).toEqual([{ type: 'StoreOpened', streams: 0, samples: 1 }]);
      expect(second.journal.position).toBe(2);
      expect(second.residency.note(sampleOf('attic', 5), 3)).toBe(false);
      expect(second.residency.note(sampleOf('barn', 5), 4)).toBe(true);
      const repeated = deliveryOf(7, { isRedelivery: true, checksum: checksumOf(message) });
      expect(second.repeats.judge(repeated)).toEqual({ kind: 'repeat', number: 1 });
      expect(second.health()).toMatchObject({ journal_bytes: first.health().journal_bytes, streams_stored: 2 });
    });

    it('goes on behind a snapshot that is ahead of the journal', async () => {
      const world = new StateWorld();
      await world.store.save([{ stream: idOf('attic'), position: 70, bytes: new Uint8Array(9) }]);
      const durable = await world.open();
      expect(durable.journal.position).toBe(70);
    });

    it('counts a batch as damaged that uses positions again', async () => {
      const world = new StateWorld();
      await world.store.append(batchWith([sampleOf('attic', 1), sampleOf('attic', 2)], 1));
      world.store.batches.push(batchWith([sampleOf('attic', 3)], 2));
      await world.open();
      expect(world.events).toEqual([
        { type: 'JournalDamaged', batches: 1 },
        { type: 'StoreOpened', streams: 0, samples: 2 },
      ]);
    });

    it('tells of batches that cannot be read, and takes the others', async () => {
      const world = new StateWorld();
      const sample = sampleOf('attic', 1);
      await world.store.append(batchWith([sample], 1));
      await world.store.append({ first: 2, last: 2, bytes: Uint8Array.of(99) });
      await world.store.append(batchWith([sample], 3));
      await world.open();
      expect(world.events).toEqual([
        { type: 'JournalDamaged', batches: 1 },
        { type: 'StoreOpened', streams: 0, samples: 2 },
      ]);
    });
  });

  it('has a new session of the broker on the medium before anything may come over it', async () => {
    const world = new StateWorld('journal');
    const durable = await world.open();
    durable.repeats.note(toKey(7, 1), 1);
    world.repeats.enter(1);
    await durable.beginSession();

    expect(world.store.batches.flatMap(entriesOf).map(([, { kind }]) => kind)).toEqual(['session']);
    const repeated = deliveryOf(7, { isRedelivery: true, session: 1, checksum: 1 });
    expect(durable.repeats.judge(repeated)).toEqual({ kind: 'new', isOfNewSession: false });
    expect(world.time.timers).toBe(0);
  });

  it('knows after a kill of a new session that had not reached the medium', async () => {
    const world = new StateWorld('journal');
    const first = await world.open();
    first.journal.add(messageEntry(7, 1));
    await first.journal.flush();
    world.repeats.enter(1);
    void first.beginSession();

    // Its batch has never come to the medium.
    const again = new StateWorld('journal', world.time);
    again.store.batches.push(...world.store.batches.slice(0, 1));
    again.sessionNote = world.sessionNote;
    const second = await again.open();
    const repeated = deliveryOf(7, { isRedelivery: true, checksum: 1 });
    expect(second.repeats.judge(repeated)).toEqual({ kind: 'new', isOfNewSession: false });
    await second.journal.flush();
    expect(again.store.batches.flatMap(entriesOf).map(([, { kind }]) => kind)).toEqual(['message', 'session']);

    const third = new StateWorld('journal', world.time);
    third.sessionNote = again.sessionNote;
    expect((await third.open(again.store)).journal.position).toBe(2);
  });

  it('does not hold a new session up for long where the medium takes nothing', async () => {
    const world = new StateWorld('journal');
    const refusing = Object.assign(Object.create(world.store), {
      append: () => Promise.reject(new StoreError('full', 'no room')),
      traffic: () => world.store.traffic(),
    });
    const durable = await world.open(refusing);
    let mayCome = false;
    void durable.beginSession().then(() => {
      mayCome = true;
    });
    await world.time.pass(1999);
    expect(mayCome).toBe(false);
    await world.time.pass(1);
    expect(mayCome).toBe(true);
  });

  it('stops with everything on the medium, and the states that a stop may write', async () => {
    const world = new StateWorld();
    const durable = await world.open();
    durable.start();
    for (let i = 0; i < 500; i++) world.note('attic');
    durable.takeBeforeStop();
    await durable.stop(toDurationMs(3000));

    expect(world.store.batches.at(-1)?.last).toBe(500);
    const [snapshot] = world.store.snapshots.get(idOf('attic')) ?? [];
    expect([snapshot?.position, snapshot?.bytes]).toEqual([500, world.learner]);
    expect(world.time.timers).toBe(0);
  });

  it('does not wait longer than it may for a medium that does not answer', async () => {
    const world = new StateWorld();
    const never = Object.assign(Object.create(world.store), {
      append: () => new Promise(() => undefined),
      traffic: () => world.store.traffic(),
    });
    const durable = await world.open(never);
    world.note('attic');
    let isStopped = false;
    void durable.stop(toDurationMs(3000)).then(() => {
      isStopped = true;
    });
    await world.time.pass(2999);
    expect(isStopped).toBe(false);
    await world.time.pass(1);
    expect(isStopped).toBe(true);
    await settle();
    expect(world.time.timers).toBe(0);
  });
});
