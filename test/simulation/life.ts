import { Subject, type Subscription } from 'rxjs';
import { MqttRepeats } from '../../src/adapters/mqtt/inbound/mqttRepeats.ts';
import type { SettingsOf } from '../../src/domain/decode.ts';
import type { DropReason } from '../../src/domain/dropReason.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { LearnSettings } from '../../src/domain/learnSettings.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { isReading } from '../../src/domain/streamInput.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import type { Clock } from '../../src/domain/time.ts';
import { type Delay, type DurationMs, toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { StreamMachines } from '../../src/hosts/stream/streamMachines.ts';
import type { Departure } from '../../src/pipeline/departure.ts';
import { forecastPipeline } from '../../src/pipeline/forecastPipeline.ts';
import { LearningPauses } from '../../src/pipeline/learningPauses.ts';
import { LearnRules } from '../../src/pipeline/learnRules.ts';
import { COALESCING } from '../../src/pipeline/loadShedder.ts';
import { Orders } from '../../src/pipeline/orders.ts';
import type { CheckpointLimits } from '../../src/state/checkpoints.ts';
import type { DurableState, OpenDurableState } from '../../src/state/durableState.ts';
import { openDurableState } from '../../src/state/openDurableState.ts';
import type { NoteFile } from '../../src/state/poisonDetector.ts';
import type { RestoreResult } from '../../src/state/stateRestorer.ts';
import { everyMessage, utc } from '../pipeline/samples.ts';
import type { Habit } from './habits.ts';
import type { Kind } from './kinds.ts';
import type { Ledger } from './ledger.ts';
import { type RetainedStore, Retaining } from './retaining.ts';
import { mostUnacknowledgedOf } from './simBroker.ts';
import { nameOfClass, type RoteLearner } from './simLearner.ts';
import { type Medium, SimStore } from './simStore.ts';
import { createSlowHost } from './slowHost.ts';
import { createSimDecoder, everyStream, type SimStream, settingsOfLife } from './streams.ts';
import type { World } from './world.ts';

export interface LifeOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly medium: Medium;
  readonly kind: Kind;
  readonly ledger: Ledger;
  readonly fail: (fault: string) => void;
  readonly retained: RetainedStore;
  /** Lives before this one: from one to the next some streams get classes, and others lose them. */
  readonly number: number;
  /** Fewer than there are streams: some have to leave and come back. */
  readonly maxStreams: number;
  /** With few of them only a journal that grows too long is a reason for snapshots. */
  readonly writesPerDay: number;
  /** That states of streams may have which wait for the medium. */
  readonly mostLeavingBytes: number;
  /** Milliseconds of virtual time that a step takes. */
  readonly msPerStep: number;
}

/** Reach of what is kept, ms, and its size, which cuts the past of some. */
const KEEP_PAST = 1_800_000;
const KEEP_PAST_SIZE = 20_000;

export const LIMITS: CheckpointLimits = {
  tick: toDurationMs(4_000),
  snapshotEvery: toDurationMs(300_000),
  mostNewInputs: 60,
  mostJournalBytes: 4_000,
  leastTrimBytes: 200,
};

/** Half of the journal has to hold all messages that may come again. */
export const limitsOf = ({ isMixed }: Habit): CheckpointLimits =>
  isMixed ? { ...LIMITS, mostJournalBytes: 10 * LIMITS.mostJournalBytes } : LIMITS;
/** A number so small that commits come for that reason too. */
const MOST_ENTRIES = 9;
/** Steps that the learners have at once. */
const CREDIT = 20;
/** However long it takes: what may be lost where a stop is not waited for is another question. */
const FOR_EVER = toDurationMs(3_600_000);
/** Time of a hasty stop, as of the daemon's own. */
const DRAIN_MS = 1800;
const KEEP = toDurationMs(800);
/** Within this a start has said again what was said last of each stream. */
const SAID_AGAIN_MS = 300_000;

const NEVER = new Promise<never>(() => undefined);

/** The cause of the process's death is another question. */
const NO_NOTE: NoteFile = { read: () => undefined, write: () => undefined };

const OUT_OF_ORDER: ReadonlySet<DropReason> = new Set<DropReason>(['out-of-order', 'duplicate', 'conflict']);

const ALWAYS: LearnSettings = { mode: 'always', maintenance: [] };

/** One process: the daemon's own pipeline, journal, recall and checkpoints, between simulated broker, store and learners. */
export class Life {
  readonly #options: LifeOptions;
  readonly #store: SimStore;
  readonly #repeats: MqttRepeats;
  readonly #source = new Subject<Inbound>();
  readonly #learners = new Map<StreamId, RoteLearner>();
  readonly #streams: ReadonlyMap<string, SimStream>;
  readonly #alive = new Set<StreamId>();
  /** Streams of the life before of which nothing was said yet. */
  readonly #awaited = new Set<StreamId>();
  readonly #orders: Orders;
  readonly #pauses: LearningPauses;
  readonly #modes = new Map<StreamId, LearnSettings>();
  readonly #departures = new Subject<Departure>();
  /** Count of orders, for each stream, whose receipt was never given. */
  readonly #ordered = new Map<StreamId, number>();
  #running: Subscription | undefined;
  #retaining: Retaining | undefined;
  /** Delays of the pipeline that have not run out. */
  #waits = 0;
  #ended: Promise<void> = Promise.resolve();
  #isDead = false;
  /** Bytes of the largest state that has left. */
  #largest = 0;
  isStopping = false;
  wasConnected = false;
  damagedBatches = 0;
  durable: OpenDurableState | undefined;
  level = 0;
  thinned = 0;
  recalled = 0;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#streams = new Map(everyStream(options.kind.streams).map((stream) => [stream.topic, stream]));
    this.#store = new SimStore(options.world, options.medium);
    const { clock } = options;
    this.#orders = new Orders({ clock, report: (event) => this.#hear(event) });
    const note = { read: () => undefined, write: () => true };
    this.#pauses = new LearningPauses({ clock, note, most: options.kind.streams.length });
    this.#repeats = new MqttRepeats({ clock, mostUnacknowledged: mostUnacknowledgedOf(options.kind.habit) });
  }

  get learners(): ReadonlyMap<StreamId, RoteLearner> {
    return this.#learners;
  }

  async start(): Promise<void> {
    const { world, clock, kind, medium, ledger, maxStreams, writesPerDay, mostLeavingBytes, msPerStep } = this.#options;
    const report = (event: DomainEvent): void => this.#hear(event);
    const isDead = (): boolean => this.#isDead;
    const host = createSlowHost({ world, msPerStep, maxSteps: CREDIT, learners: this.#learners, isDead, report });
    const decoder = createSimDecoder(kind.streams);
    const settingsOf = settingsOfLife(kind.streams, decoder.settingsOf, this.#options.number);
    this.#retaining = new Retaining({ world, store: this.#options.retained, settingsOf, isDead, report });
    const machines = new StreamMachines({
      settingsOf: decoder.settingsOf,
      zoneOffsetOf: () => utc,
      learners: host,
      report,
      isKept: true,
    });
    const delay: Delay = (run, after) => world.schedule(after, () => this.#isDead || run());
    this.durable = await openDurableState({
      store: this.#store,
      settings: {
        dir: '',
        durability: kind.durability,
        writesPerDay,
        commitInterval: toDurationMs(1000),
        onDiskFull: 'stop_ack',
        keepFormer: toDurationMs(604_800_000),
        ...{ keepPast: toDurationMs(KEEP_PAST), keepPastSize: KEEP_PAST_SIZE },
      },
      host: machines,
      clock,
      delay,
      report,
      leastSamples: 0,
      limits: limitsOf(kind.habit),
      mostEntries: MOST_ENTRIES,
      mostLeavingBytes,
      repeats: this.#repeats,
      notes: { poison: NO_NOTE, session: medium.sessionNote, settled: medium.settledNote },
    });
    const pipeline = forecastPipeline(
      {
        ...decoder,
        machineFor: machines.machineFor,
        host,
        report,
        onNextTurn: (run) => world.schedule(0, () => this.#isDead || run()),
        clock,
        delay: (run, after) => this.#counted(delay, run, after),
        durable: this.#overheard(this.durable),
        orders: this.#orders,
        rules: this.#rulesOf(settingsOf),
        departures$: this.#departures,
      },
      {
        maxStreams,
        maxBatch: 64,
        maxQueue: 400,
        maxBytes: 1e9,
        credit: CREDIT,
        overflow: kind.overflow,
        throttle: false,
      },
    );
    ledger.begin(this.durable.journal.position);
    this.durable.awaited$.subscribe(({ stream }) => this.#awaited.add(stream));
    this.#ended = new Promise((resolve) => {
      this.#running = this.#source.pipe(pipeline).subscribe({
        next: (forecast) => {
          this.#awaited.delete(forecast.stream);
          this.#retaining?.forecast(forecast);
        },
        error: (error: unknown) => this.#options.fail(`pipeline: ${String(error)}`),
        complete: resolve,
      });
    });
    this.durable.start();
  }

  /** Somebody tells the class of the last reading, by a request. */
  order(stream: StreamId, number: number): void {
    const { clock, ledger } = this.#options;
    const isKnown = this.#alive.has(stream) || this.durable?.residency.residencies.get(stream)?.phase === 'stored';
    if (this.#isDead || this.isStopping || this.#running === undefined || !isKnown) return;
    const at = clock.now();
    this.#countOrders(stream, 1);
    void this.#orders.submit({ kind: 'label', stream, at, from: at, to: at, label: nameOfClass(number) }).then(() => {
      if (this.#isDead) return;
      this.#countOrders(stream, -1);
      ledger.obeyed(stream, number);
    });
  }

  #countOrders(stream: StreamId, change: number): number {
    const count = (this.#ordered.get(stream) ?? 0) + change;
    this.#ordered.set(stream, count);
    return count;
  }

  /** The settings of a stream have changed: it leaves and comes back. */
  renew(stream: StreamId): void {
    if (!this.#isDead && this.#alive.has(stream)) this.#departures.next({ stream, why: 'renewed', isDue: () => true });
  }

  /** No entry gives the stream any more: it leaves, and comes back with its next reading, which was under way. */
  retire(stream: StreamId): void {
    if (!this.#isDead && this.#alive.has(stream)) this.#departures.next({ stream, why: 'retired', isDue: () => true });
  }

  /** The configuration of learning changes while the process lives. */
  #rulesOf(settingsOf: SettingsOf): LearnRules {
    const ruled: SettingsOf = (stream) => ({ ...settingsOf(stream), learning: this.#modes.get(stream) ?? ALWAYS });
    const entries = () => [...this.#modes.values()].map((learning) => ({ settings: { learning } as StreamSettings }));
    return new LearnRules({
      pauses: this.#pauses,
      settingsOf: ruled,
      entries,
      zoneOffsetOf: () => utc,
      report: () => undefined,
    });
  }

  /** Somebody lets a stream rest for a time, or ends that; and changes its mode of learning. */
  rest(stream: StreamId, ms: number | undefined): void {
    // The marks of a pause, those of a mode, both and none.
    if (ms === 5000) this.#modes.set(stream, { mode: 'when_normal', maintenance: [] });
    else this.#modes.delete(stream);
    if (ms === undefined) this.#pauses.resume(stream);
    else this.#pauses.pause(stream, toEpochMs(this.#options.clock.now() + ms));
  }

  /** A topic that the broker retains for us though no setting of now fills it. */
  misplaced(): string | undefined {
    return this.#retaining?.misplaced();
  }

  connected(isConnected: boolean): void {
    if (!this.#isDead) this.#retaining?.connected(isConnected);
  }

  /** The broker has taken us in for the first time. */
  bringBack(): void {
    const { world, maxStreams, fail } = this.#options;
    this.durable?.bringBack((stream) => {
      const hasRoom = this.#alive.size < maxStreams - 1;
      // It comes back with its next reading.
      if (!hasRoom) this.#awaited.delete(stream);
      return hasRoom;
    });
    world.schedule(SAID_AGAIN_MS, () => {
      if (this.#isDead || this.isStopping) return;
      for (const stream of this.#awaited) {
        const { step, isDisorderly } = this.#streams.get(stream) as SimStream;
        // Of others the tail may have led to no step.
        if (step === everyMessage && !isDisorderly) fail(`what was said of ${stream} last was not said again`);
      }
    });
  }

  #counted(delay: Delay, run: () => void, after: DurationMs): () => void {
    this.#waits++;
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.#waits--;
      isOver = true;
    };
    const cancel = delay(() => {
      end();
      run();
    }, after);
    return () => {
      end();
      cancel();
    };
  }

  async beginSession(session: number): Promise<void> {
    this.#repeats.enter(session);
    await this.durable?.beginSession();
  }

  receive(message: Inbound): boolean {
    if (this.#isDead || this.isStopping) return false;
    this.#source.next(message);
    return true;
  }

  /**
   * Resolves when everything that came in is learned and on the medium. Never, where it is killed before.
   * @param isHasty what takes longer than a stop may is left to the next process
   */
  async stop(isHasty: boolean): Promise<void> {
    const { world, fail } = this.#options;
    this.isStopping = true;
    this.durable?.takeBeforeStop();
    this.#source.complete();
    const patience = new Promise<void>((resolve) => void world.schedule(isHasty ? DRAIN_MS : FOR_EVER, resolve));
    await Promise.race([this.#ended, patience]);
    if (this.#isDead) return NEVER;
    this.#running?.unsubscribe();
    await this.#retaining?.stop();
    if (this.#waits > 0) fail(`${this.#waits} waits go on after the end`);
    await this.durable?.stop(isHasty ? KEEP : FOR_EVER);
  }

  kill(): void {
    this.#isDead = true;
    this.#store.kill();
  }

  /** The ledger hears of every sample that gets its place in the journal. */
  #overheard(durable: OpenDurableState): DurableState {
    const { world, ledger, medium, mostLeavingBytes, fail } = this.#options;
    const { journal, repeats, poison, residency, wanted$, awaited$ } = durable;
    return {
      journal,
      repeats,
      poison,
      wanted$,
      awaited$,
      residency: {
        note(input, position) {
          if (isReading(input)) ledger.letIn(input, position, world.now);
          return residency.note(input, position);
        },
        restore: (stream, first) => residency.restore(stream, first).then((result) => this.#withTail(stream, result)),
        hasCome: (stream) => residency.hasCome(stream),
        restoreAwaited: (stream, first) =>
          residency.restoreAwaited(stream, first)?.then((result) => this.#withTail(stream, result)),
        get mayLeave() {
          return residency.mayLeave;
        },
        checkpoint: (stream) => residency.checkpoint(stream),
        rewind: (stream) => residency.rewind(stream),
        orders: residency.orders,
        leave: (stream, comesBack) => {
          const take = residency.leave(stream, comesBack);
          const { size, bytes } = residency.leaving;
          // One alone may have any size; and some may leave before it is known that they are larger than all before them.
          const largest = Math.max(this.#largest, largestOn(medium));
          if (size > 1 && bytes > mostLeavingBytes + 4 * largest) fail(`${size} states of ${bytes} bytes have left`);
          return (
            take &&
            ((state) => {
              this.#largest = Math.max(this.#largest, state?.length ?? 0);
              take(state);
            })
          );
        },
      },
    };
  }

  /** Labels behind the last answer lead to no other, whether the stream comes back by itself or for another label. */
  #withTail(stream: StreamId, result: RestoreResult): RestoreResult {
    if (result.outcome === 'restored' && ![...result.tail].some(isReading)) this.#awaited.delete(stream);
    return result;
  }

  #hear(event: DomainEvent): void {
    const { world, fail } = this.#options;
    world.note(event.type);
    switch (event.type) {
      case 'StreamStarted':
        this.#alive.add(event.stream);
        this.#retaining?.tell({ kind: 'started', stream: event.stream });
        break;
      case 'StreamEvicted':
        this.#alive.delete(event.stream);
        this.#retaining?.tell({ kind: 'evicted', stream: event.stream });
        break;
      case 'StreamRestored':
        this.recalled++;
        // Its snapshot was taken after the last answer.
        if (event.replayed === 0) this.#awaited.delete(event.stream);
        break;
      case 'LearningThinned':
        this.thinned++;
        break;
      case 'OverloadChanged':
        this.level = event.level;
        break;
      case 'StateRefused':
      case 'LearnerFailed':
      case 'OutletFailed':
      case 'PipelineFailed':
        fail(`${event.type} ${JSON.stringify(event)} ${'error' in event ? String(event.error) : ''}`);
        break;
      case 'InputDropped':
        this.#dropped(event.reason, event.topic);
        break;
      case 'JournalDamaged':
        this.damagedBatches = event.batches;
        break;
      default:
    }
  }

  #dropped(reason: DropReason, topic: string): void {
    const { kind, ledger, fail } = this.#options;
    const stream = this.#streams.get(topic);
    // The ledger knows that such a label was not learned.
    if (reason === 'redelivered' || reason === 'label-unknown') return;
    // A hasty stop leaves out an order that waits: it is counted, and nobody was told that it was taken. No broker gives it again.
    if (reason === 'stopped' && this.isStopping && this.#countOrders(topic as StreamId, -1) >= 0) return;
    if (OUT_OF_ORDER.has(reason) && (stream?.isDisorderly || kind.name.startsWith('damaged'))) return;
    if (kind.overflow === 'block' || (reason !== 'coalesced' && reason !== 'queue-full')) {
      fail(`dropped: ${reason} ${topic}`);
      return;
    }
    ledger.leftOut(topic as StreamId);
    if (stream?.isCounted && this.level < COALESCING) fail(`left out on rung ${this.level}`);
  }
}

function largestOn({ snapshots }: Medium): number {
  return [...snapshots.values()].flat().reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
}
