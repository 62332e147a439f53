import { NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { OnNextTurn } from '../../src/pipeline/batchPerTurn.ts';
import { forecastPipeline } from '../../src/pipeline/forecastPipeline.ts';
import type { DurableState } from '../../src/state/durableState.ts';
import { type NoteFile, PoisonDetector } from '../../src/state/poisonDetector.ts';
import { JournalMedium } from '../state/log/medium.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { machinesOf } from '../support/machines.ts';
import { settle } from '../support/virtualTime.ts';
import { deliveryOf, everyMessage, idOf, messageOf, repeatsOf, sampleOf, settingsWith, utc } from './samples.ts';

const MANY = 200;

/** A way whose learners never answer, so that everything waits that can wait; one stream has a long tail that may be to blame. */
class StuckWay {
  readonly medium = new JournalMedium();
  readonly source = new Subject<Inbound>();
  readonly notes: unknown[] = [];
  readonly errors: unknown[] = [];
  readonly poison: PoisonDetector;
  readonly #subscription;

  constructor() {
    const { journal, time } = this.medium;
    const file: NoteFile = {
      read: () => ({ among: ['journal tail'], deaths: {} }),
      write: (note) => this.notes.push(note),
    };
    this.poison = new PoisonDetector(file);
    const tail = Array.from({ length: MANY }, (_, at) => sampleOf('tail', at));
    const durable: DurableState = {
      ...{ journal, repeats: repeatsOf(1000), poison: this.poison, wanted$: NEVER },
      residency: {
        note: ({ stream }) => stream !== idOf('tail'),
        restore: async () => ({ outcome: 'none', tail, firstTail: 1 }),
        hasCome: () => undefined,
        checkpoint: () => undefined,
        leave: () => undefined,
      },
    };
    const { host } = createEchoHost();
    const stuck: LearnerHost = Object.create(host, { backlog: { get: () => 5 }, push: { value: () => undefined } });
    const onNextTurn: OnNextTurn = (run) => time.delay(run, 0 as Parameters<typeof time.delay>[1]);
    const settingsOf = () => settingsWith(everyMessage);
    const report = () => undefined;
    const { machineFor } = machinesOf({ settingsOf, zoneOffsetOf: () => utc, report, isKept: true });
    const ports = { settingsOf, machineFor, report };
    const way = forecastPipeline(
      {
        ...ports,
        ...{ host: stuck, onNextTurn, clock: time.clock, delay: time.delay, durable },
        decode: ({ topic, receivedAt }) => ({ samples: [sampleOf(topic, receivedAt)], drops: [] }),
      },
      { maxStreams: 10, maxBatch: 8, maxQueue: 100, maxBytes: 1e6, credit: 10, overflow: 'block', throttle: true },
    );
    this.#subscription = this.source.pipe(way).subscribe({ error: (error: unknown) => this.errors.push(error) });
  }

  /** Redeliveries, and readings of a stream that comes back. */
  async fill(): Promise<void> {
    const topics = ['new', 'again', 'tail', 'new', 'again', 'tail'];
    topics.forEach((topic, i) => {
      const isRedelivery = topic === 'again';
      this.source.next({ ...messageOf(topic, '1', 1000 + i), receipt: deliveryOf(i + 1, { isRedelivery }) });
    });
    await this.medium.time.pass(500);
    expect(this.medium.time.timers).toBeGreaterThan(0);
  }

  end(): void {
    this.#subscription.unsubscribe();
  }
}

describe('whatever waits on the way', () => {
  it.each(['is unsubscribed', 'ends by an error'])('ends as soon as the way %s', async (how) => {
    const way = new StuckWay();
    await way.fill();
    if (how === 'is unsubscribed') way.end();
    else {
      way.source.error('planted');
      expect(way.errors).toEqual(['planted']);
    }
    way.medium.journal.close();
    expect(way.medium.time.timers).toBe(0);
    const notes = way.notes.length;
    await way.medium.time.pass(60_000);
    await settle();
    // Nothing goes on behind it, and nothing is blamed that never ran.
    expect([way.medium.time.timers, way.notes.length]).toEqual([0, notes]);
  });

  it('blames nothing that begins after the process was told to end', async () => {
    const way = new StuckWay();
    way.poison.close();
    const notes = way.notes.length;
    way.poison.beginIsolated('message 1');
    way.poison.beginBatch('message 2', async () => undefined);
    await settle();
    expect(way.notes).toHaveLength(notes);
    way.end();
  });
});
