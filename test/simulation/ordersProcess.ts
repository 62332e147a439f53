import { NEVER, Subject, type Subscription } from 'rxjs';
import type { Adopt } from '../../src/app/adopting.ts';
import { FileExchange } from '../../src/app/exchanging.ts';
import type { StateExchange, Undoing, Undone } from '../../src/domain/control.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { type Clock, type Delay, toEpochMs } from '../../src/domain/time.ts';
import { decodeStreamState } from '../../src/hosts/stream/streamState.ts';
import { AlarmRecord } from '../../src/outlets/alarms/alarmRecord.ts';
import type { Desk } from '../../src/outlets/bridge/requests/desk.ts';
import type { Departure } from '../../src/pipeline/departure.ts';
import type { Orders } from '../../src/pipeline/orders.ts';
import type { CheckpointLimits } from '../../src/state/checkpoints.ts';
import type { OpenDurableState } from '../../src/state/durableState.ts';
import { parse } from '../config/context.ts';
import { idleControl } from '../support/idleControl.ts';
import type { LineNotes } from '../support/lineNotes.ts';
import { CREDIT, openJournaledPipeline, SETTINGS } from './journaledPipeline.ts';
import type { OrdersLedger } from './ordersLedger.ts';
import type { RoteLearner } from './simLearner.ts';
import { type Medium, SimStore } from './simStore.ts';
import { createSlowHost } from './slowHost.ts';
import type { World } from './world.ts';

export const CONFIG: ReturnType<typeof parse> = parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]\n');

/** States and journal beyond what a start needs: how far back, ms, and how many bytes. */
export interface OrdersPast {
  readonly reach: number;
  readonly bytes: number;
  readonly limits: CheckpointLimits;
}

export interface ProcessOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly medium: Medium;
  readonly ledger: OrdersLedger;
  /** Notes of alarms, which outlive the process. */
  readonly alarms: LineNotes;
  readonly maxStreams: number;
  readonly msPerStep: number;
  /** Snapshots are taken, and the journal is trimmed, when they are due; else only when somebody asks. */
  readonly areCheckpointsDue: boolean;
  readonly past: OrdersPast;
  readonly fail: (fault: string) => void;
}

/** A daemon with its own pipeline, journal, recall and requests; its learners learn by heart, and its medium takes its time. */
export class OrdersProcess {
  readonly learners: Map<StreamId, RoteLearner> = new Map();
  readonly alarms: AlarmRecord = new AlarmRecord();
  readonly departures: Subject<Departure> = new Subject();
  readonly #options: ProcessOptions;
  readonly #store: SimStore;
  readonly #source = new Subject<Inbound>();
  readonly #alive = new Set<StreamId>();
  #running: Subscription | undefined;
  isDead = false;
  durable: OpenDurableState | undefined;
  desk: Desk | undefined;
  /** Outcome of the last order to omit inputs, by stream. */
  readonly undone: Map<StreamId, Undone['kind']> = new Map();
  /** Number of orders to omit inputs that were done and whose requests are not answered yet, by stream. */
  readonly unanswered: Map<StreamId, number> = new Map();
  /** Lets a stream go on with another state. */
  adopt: Adopt | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#store = new SimStore(options.world, options.medium);
  }

  async start(): Promise<void> {
    const { world, clock, ledger, medium, areCheckpointsDue, past, alarms, fail } = this.#options;
    const isDead = (): boolean => this.isDead;
    const report = (event: DomainEvent): void => this.#hear(event);
    const { learners } = this;
    const host = createSlowHost({ ...this.#options, maxSteps: CREDIT, learners, isDead, report });
    const delay: Delay = (run, after) => world.schedule(after, () => this.isDead || run());
    this.alarms.open(alarms);
    const { durable, orders, undoing, adopt, pipeline } = await openJournaledPipeline({
      ...{ store: this.#store, host, clock, delay, report, maxStreams: this.#options.maxStreams },
      ...{ limits: past.limits, past },
      onNextTurn: (run) => world.schedule(0, () => this.isDead || run()),
      departures$: this.departures,
      opened: (state) => {
        this.durable = state;
        for (const fault of ledger.begin(state.journal.position, medium)) fail(fault);
        return this.#overheard(state);
      },
    });
    this.#running = this.#source
      .pipe(pipeline)
      .subscribe({ error: (error: unknown) => fail(`pipeline: ${String(error)}`) });
    this.adopt = this.#overheardAdopt(adopt);
    const overheard = this.#overheardUndoing(undoing);
    this.desk = this.#deskOf(orders, { durable, undoing: overheard, exchange: this.#exchangeOf(durable, this.adopt) });
    if (areCheckpointsDue) durable.start();
    for (const stream of ledger.streams) durable.awaited$.next({ stream, mayCome: () => true });
  }

  /** The ledger hears of every input that gets its place in the journal. */
  #overheard(durable: OpenDurableState): OpenDurableState {
    const { residency } = durable;
    const note: typeof residency.note = (input, position) => {
      this.#options.ledger.note(input, position, durable.journal.untilDurable(position));
      return residency.note(input, position);
    };
    const heard = new Proxy(residency, {
      get(target, name) {
        if (name === 'note') return note;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const { journal, repeats, poison, wanted$, awaited$ } = durable;
    return { ...durable, journal, repeats, poison, wanted$, awaited$, residency: heard };
  }

  /** The ledger hears of every state that a stream is to go on with, and of what became of it. */
  #overheardAdopt(adopt: Adopt): Adopt {
    return async (stream, state) => {
      const learner = decodeStreamState(state)?.learner as Uint8Array;
      const settle = this.#options.ledger.adopting(stream, learner.slice());
      const outcome = await adopt(stream, state);
      const fault = this.isDead ? undefined : settle(outcome === 'adopted' ? 'in force' : 'void');
      if (fault !== undefined) this.#options.fail(fault);
      return outcome;
    };
  }

  /** The ledger hears what became of every order to omit inputs. They come one after the other. */
  #overheardUndoing(undoing: Undoing): Undoing {
    const settle = (stream: StreamId, undone: Undone, inputs?: number): Undone => {
      if (this.isDead) return undone;
      const fault = this.#options.ledger.settle(stream, undone.kind === 'done' ? 'in force' : 'void', inputs);
      if (fault !== undefined) this.#options.fail(fault);
      this.undone.set(stream, undone.kind);
      if (undone.kind === 'done') this.unanswered.set(stream, (this.unanswered.get(stream) ?? 0) + 1);
      return undone;
    };
    return {
      async undo(stream, since) {
        const undone = await undoing.undo(stream, since);
        return settle(stream, undone, undone.kind === 'done' ? undone.inputs : undefined);
      },
      omit: async (stream, span) => settle(stream, await undoing.omit(stream, span)),
    };
  }

  #exchangeOf(durable: OpenDurableState, adopt: Adopt): StateExchange {
    const now = (): number => this.#options.clock.now();
    // It takes no files.
    return new FileExchange({ folder: '', store: this.#store, durable, now, adopt, settingsOf: () => undefined });
  }

  #deskOf(
    orders: Orders,
    {
      durable,
      undoing,
      exchange,
    }: { readonly durable: OpenDurableState; readonly undoing: Undoing; readonly exchange: StateExchange },
  ): Desk {
    const { clock } = this.#options;
    const control = idleControl({
      now: () => clock.now(),
      hasStream: (stream) => durable.residency.residencies.has(stream),
      submit: orders.submit,
      streams: () => this.#alive,
      undoing,
      exchange,
    });
    return {
      configNow: () => CONFIG,
      settingsOf: () => SETTINGS,
      prospectsOf: () => [SETTINGS],
      sensorOf: () => undefined,
      eventsOf: () => NEVER,
      alarms: this.alarms,
      inspect: async () => undefined,
      control,
      isReadOnly: () => false,
      lastRuns: new Map(),
      info: () => ({}),
      streams: () => ({}),
    };
  }

  isAlive(stream: StreamId): boolean {
    return this.#alive.has(stream);
  }

  read(stream: StreamId, value: number): void {
    if (this.#running === undefined) return;
    const receivedAt = toEpochMs(this.#options.clock.now());
    this.#source.next({ topic: stream, payload: Buffer.from(String(value)), receivedAt, retained: false });
  }

  /** Requests to the medium that are under way happen wholly or not at all. */
  kill(): void {
    this.isDead = true;
    this.#store.kill();
    this.#running?.unsubscribe();
    this.#running = undefined;
  }

  #hear(event: DomainEvent): void {
    const { world, fail } = this.#options;
    world.note(event.type);
    if (event.type === 'StreamStarted') this.#alive.add(event.stream);
    if (event.type === 'StreamEvicted') {
      this.#alive.delete(event.stream);
      // What it knew is not what it comes back with.
      if (event.wanted === 'rewound' || event.wanted === 'forgotten') this.learners.delete(event.stream);
    }
    const isRefused = event.type === 'InputDropped' && event.reason !== 'no-such-stream';
    const isBug = event.type === 'StateRefused' || event.type === 'LearnerFailed' || event.type === 'PipelineFailed';
    if (isRefused || isBug) fail(JSON.stringify(event));
  }
}
