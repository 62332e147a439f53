import { Subject } from 'rxjs';
import { createInlineHost } from '../../src/daemon/inlineHost.ts';
import { type OpenKeeping, openKeeping } from '../../src/daemon/keeping.ts';
import type { Decode } from '../../src/domain/decode.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Clock } from '../../src/domain/time.ts';
import { type Delay, toDurationMs } from '../../src/domain/time.ts';
import { forecastPipeline } from '../../src/pipeline/forecastPipeline.ts';
import { everyMessage, settingsWith, utc } from '../pipeline/samples.ts';
import { type SimBroker, WINDOW } from './simBroker.ts';
import { ChainLearner, type Histories } from './simLearner.ts';
import { type Medium, SimStore } from './simStore.ts';
import type { World } from './world.ts';

export interface LifeOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly medium: Medium;
  readonly broker: SimBroker;
  readonly histories: Histories;
  readonly durability: 'journal' | 'snapshot';
  readonly fail: (fault: string) => void;
  /** Fewer than there are streams: some have to leave and come back. */
  readonly maxStreams: number;
  /** Milliseconds of virtual time that a step takes. */
  readonly msPerStep: number;
}

const LIMITS = {
  tick: toDurationMs(10_000),
  snapshotEvery: toDurationMs(300_000),
  mostNewSamples: 60,
  mostJournalBytes: 6_000,
  leastTrimBytes: 200,
};

const decode: Decode = ({ topic, payload, receivedAt }) => ({
  samples: [{ stream: topic as StreamId, at: receivedAt, value: Number(new TextDecoder().decode(payload)) }],
  drops: [],
});

/** One process: the daemon's own pipeline, journal, recall and checkpoints, between simulated broker, store and learners. */
export class Life {
  readonly #options: LifeOptions;
  readonly #store: SimStore;
  readonly #source = new Subject<Inbound>();
  readonly #learners = new Map<StreamId, ChainLearner>();
  /** Steps that each stream is about to hear again. */
  readonly #replaying = new Map<StreamId, number>();
  #isDead = false;
  keeping: OpenKeeping | undefined;
  level = 0;
  thinned = 0;
  recalled = 0;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#store = new SimStore(options.world, options.medium);
  }

  get learners(): ReadonlyMap<StreamId, ChainLearner> {
    return this.#learners;
  }

  async start(): Promise<void> {
    const { world, clock, durability, maxStreams } = this.#options;
    const host = this.#slowHost();
    const report = (event: DomainEvent): void => this.#hear(event);
    const delay: Delay = (run, after) => world.schedule(after, () => this.#isDead || run());
    this.keeping = await openKeeping({
      store: this.#store,
      settings: {
        dir: '',
        durability,
        writesPerDay: 1e9,
        commitInterval: toDurationMs(1000),
        onDiskFull: 'stop_ack',
      },
      host,
      clock,
      delay,
      report,
      leastSamples: 0,
      limits: LIMITS,
      mostUnacknowledged: WINDOW,
    });
    const pipeline = forecastPipeline(
      {
        decode,
        settingsOf: () => settingsWith(everyMessage),
        zoneOffsetOf: () => utc,
        host,
        report,
        onNextTurn: (run) => world.schedule(0, () => this.#isDead || run()),
        clock,
        delay,
        keeping: this.keeping,
      },
      { maxStreams, maxBatch: 64, maxQueue: 400, credit: 20, overflow: 'block', throttle: false },
    );
    this.#source
      .pipe(pipeline)
      .subscribe({ error: (error: unknown) => this.#options.fail(`pipeline: ${String(error)}`) });
    this.keeping.start();
  }

  receive(message: Inbound): void {
    if (!this.#isDead) this.#source.next(message);
  }

  kill(): void {
    this.#isDead = true;
    this.#store.kill();
  }

  /** A host whose steps take their time, so that there is something to wait for. */
  #slowHost(): LearnerHost {
    const { world, msPerStep } = this.#options;
    const inner = createInlineHost({
      learnerFor: (stream, snapshot) => {
        const learner = new ChainLearner(stream, (at) => this.#check(at), snapshot);
        this.#learners.set(stream, learner);
        return learner;
      },
      report: (event) => this.#hear(event),
    });
    let busyUntil = 0;
    let waiting = 0;
    /** In the order in which it was asked, and in its time. */
    const inTurn = <T>(steps: number, run: () => T): Promise<T> => {
      busyUntil = Math.max(busyUntil, world.now) + steps * msPerStep;
      waiting += steps;
      return new Promise((resolve) => {
        world.schedule(busyUntil - world.now, () => {
          waiting -= steps;
          if (!this.#isDead) resolve(run());
        });
      });
    };
    return {
      ...inner,
      get backlog() {
        return waiting;
      },
      push: (batch) => void inTurn(batch.length, () => inner.push(batch)),
      evict: (stream) => void inTurn(0, () => inner.evict(stream)),
      snapshot: (stream) => inTurn(0, () => inner.snapshot(stream)).then((bytes) => bytes),
      restore: (stream, bytes) => inTurn(0, () => inner.restore(stream, bytes)).then((outcome) => outcome),
      drain: () => inTurn(0, () => undefined),
    };
  }

  /** What is replayed leads only to states that there have been before; what is new is remembered. */
  #check(learner: ChainLearner): void {
    const { histories, fail } = this.#options;
    const { stream, state } = learner;
    const left = this.#replaying.get(stream) ?? 0;
    if (left > 0) {
      this.#replaying.set(stream, left - 1);
      if (histories.contradict(learner)) fail(`${stream} was replayed to a state that it never had: ${state}`);
    }
    histories.note(learner);
  }

  #hear(event: DomainEvent): void {
    const { world, fail } = this.#options;
    world.note(event.type);
    switch (event.type) {
      case 'StreamRecalled':
        this.recalled++;
        this.#replaying.set(event.stream, event.replayed);
        break;
      case 'LearningThinned':
        this.thinned++;
        break;
      case 'OverloadChanged':
        this.level = event.level;
        break;
      case 'StateRefused':
      case 'LearnerFailed':
      case 'PipelineFailed':
      case 'JournalDamaged':
        fail(`${event.type} ${JSON.stringify(event)} ${'error' in event ? String(event.error) : ''}`);
        break;
      case 'InputDropped':
        if (event.reason !== 'redelivered') fail(`dropped: ${event.reason} ${event.topic}`);
        break;
      default:
    }
  }
}
