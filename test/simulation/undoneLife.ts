import { Subject, type Subscription } from 'rxjs';
import type { Undoing, Undone } from '../../src/domain/control.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import type { Orders } from '../../src/pipeline/orders.ts';
import type { AdoptionOutcome } from '../../src/state/adoptions.ts';
import type { OpenDurableState } from '../../src/state/durableState.ts';
import { type PendingRename, renamedStore } from '../../src/state/renamedStore.ts';
import { idOf, messageOf } from '../pipeline/samples.ts';
import { MeteredStore } from '../support/meteredStore.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import { openJournaledPipeline } from './journaledPipeline.ts';
import { nameOfClass, RoteLearner, valuesOf } from './simLearner.ts';

const START = 1_700_000_000_000;
const SECOND = 1000;

/** An input that a stream was taught and has not omitted. */
type Taught = { readonly at: number; readonly value: number } | { readonly at: number; readonly label: number };

export interface Exported {
  readonly state: Uint8Array;
  readonly taught: readonly Taught[];
}

/** States and journal beyond what a start needs: how far back, ms, and how much. */
export interface PastOfLife {
  readonly reach: number;
  readonly bytes: number;
}

/** A daemon with its own pipeline, journal and recall; its learners learn by heart, and its medium is a memory that outlives a kill. */
export class UndoneLife {
  readonly time: VirtualTime = new VirtualTime(START);
  readonly store: MeteredStore = new MeteredStore(this.time.clock);
  readonly taught: Map<StreamId, Taught[]> = new Map();
  learners: Map<StreamId, RoteLearner> = new Map();
  durable!: OpenDurableState;
  undoing!: Undoing;
  /** A rename that was under way at the end of the process before. */
  rename: PendingRename | undefined;
  readonly #past: PastOfLife;
  #source = new Subject<Inbound>();
  #orders!: Orders;
  #running: Subscription | undefined;

  constructor(past: PastOfLife = { reach: 0, bytes: 0 }) {
    this.#past = past;
  }

  async start(): Promise<void> {
    const { clock, delay } = this.time;
    const report = (): void => undefined;
    const learners = new Map<StreamId, RoteLearner>();
    this.learners = learners;
    const host = createInlineHost({
      learnerFor(stream, snapshot) {
        const learner = new RoteLearner(stream, snapshot);
        learners.set(stream, learner);
        return learner;
      },
      report,
    });
    const { rename } = this;
    const moved = (): void => void (rename && this.durable.residency.discard(rename.from));
    const renamed = rename && renamedStore(this.store, rename, moved);
    const { durable, orders, undoing, pipeline } = await openJournaledPipeline({
      ...{ store: renamed?.store ?? this.store, nameOf: renamed?.nameOf },
      ...{ host, clock, delay, report, maxStreams: 9, past: this.#past },
      onNextTurn: (run) => delay(run, toDurationMs(0)),
    });
    this.durable = durable;
    this.undoing = undoing;
    this.#orders = orders;
    this.#source = new Subject();
    this.#running = this.#source.pipe(pipeline).subscribe();
  }

  /** Ends the process amid a rename, whose name is in the configuration already; the medium stays. */
  async killRenamed(from: string, to: string): Promise<void> {
    this.rename = { from: idOf(from), to: idOf(to), position: this.durable.journal.position };
    const taught = this.taught.get(idOf(from)) ?? [];
    this.taught.delete(idOf(from));
    this.taught.set(idOf(to), taught);
    await this.kill();
  }

  /** Ends the process; the medium stays. */
  async kill(): Promise<void> {
    await this.time.pass(2 * SECOND);
    this.#running?.unsubscribe();
    await this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    await this.start();
    for (const stream of this.taught.keys()) this.durable.awaited$.next({ stream, mayCome: () => true });
    await this.time.pass(SECOND);
  }

  async read(name: string, value: number, after: number = SECOND): Promise<void> {
    await this.time.pass(after);
    this.#note(name, { at: this.time.now, value });
    this.#source.next(messageOf(name, String(value), this.time.now));
  }

  async label(name: string, label: number): Promise<void> {
    if (begun(this.taught.get(idOf(name)) ?? []).length === 0) return;
    await this.time.pass(SECOND);
    const at = toEpochMs(this.time.now);
    this.#note(name, { at, label });
    const order = { kind: 'label', stream: idOf(name), at, from: at, to: at, label: nameOfClass(label) } as const;
    void this.#orders.submit(order);
  }

  async forget(name: string): Promise<void> {
    const order = { kind: 'command', stream: idOf(name), at: toEpochMs(this.time.now), command: 'forget' } as const;
    this.taught.delete(idOf(name));
    void this.#orders.submit(order);
    await this.time.pass(SECOND);
  }

  #note(name: string, taught: Taught): void {
    this.taught.set(idOf(name), [...(this.taught.get(idOf(name)) ?? []), taught]);
  }

  async save(): Promise<void> {
    await this.#until(this.durable.saveAll());
  }

  async undo(name: string, since: number): Promise<Undone> {
    return this.#settle(name, since, await this.#until(this.undoing.undo(idOf(name), toEpochMs(since))));
  }

  /** Readings come while the stream goes back. */
  async undoAmong(name: string, since: number, values: readonly number[]): Promise<Undone> {
    const undone = this.undoing.undo(idOf(name), toEpochMs(since));
    for (const value of values) await this.read(name, value, 40);
    return this.#settle(name, since, await this.#until(undone));
  }

  /** Kills the process in the middle of an order to undo. @returns faults that are there, be it that the stream has gone back or not */
  async undoAndKill(name: string, since: number, after: number): Promise<readonly string[]> {
    await this.time.pass(2 * SECOND);
    this.undoing.undo(idOf(name), toEpochMs(since)).catch(() => undefined);
    await this.time.pass(after);
    const before = this.taught.get(idOf(name)) ?? [];
    this.#running?.unsubscribe();
    await this.#comeBack();
    const faults = await this.faults();
    if (faults.length === 0) return [];
    this.taught.set(
      idOf(name),
      before.filter(({ at }) => at <= since),
    );
    return this.faults();
  }

  /** The inputs that are omitted are the first ones after that time. */
  #settle(name: string, since: number, undone: Undone): Undone {
    if (undone.kind !== 'done') return undone;
    // A label counts too whose readings were omitted before.
    const taught = this.taught.get(idOf(name)) ?? [];
    const start = taught.findIndex(({ at }) => at > since);
    this.taught.set(idOf(name), [...taught.slice(0, start), ...taught.slice(start + undone.inputs)]);
    return undone;
  }

  /** The state of a stream, as a file of it would have it, and what it was taught. */
  async export(name: string): Promise<Exported | undefined> {
    await this.#until(this.durable.saveStream(idOf(name)));
    const snapshot = await this.store.load(idOf(name));
    return snapshot && { state: snapshot.bytes, taught: begun(this.taught.get(idOf(name)) ?? []) };
  }

  /** Readings come while the stream takes over another state. @returns how that ended */
  async adopt(name: string, { state, taught }: Exported, among: readonly number[]): Promise<AdoptionOutcome> {
    const before = this.taught.get(idOf(name)) ?? [];
    const adopting = this.#order(name, state);
    this.taught.set(idOf(name), []);
    for (const value of among) await this.read(name, value, 40);
    const since = this.taught.get(idOf(name)) ?? [];
    const outcome = await this.#until(adopting);
    this.taught.set(idOf(name), [...(outcome === 'adopted' ? taught : before), ...since]);
    return outcome;
  }

  /** Kills the process in the middle of that. @returns faults that are there, be it that the stream has taken it over or not */
  async adoptAndKill(name: string, { state, taught }: Exported, after: number): Promise<readonly string[]> {
    await this.time.pass(2 * SECOND);
    const before = begun(this.taught.get(idOf(name)) ?? []);
    // A stream that was not there comes back too.
    this.taught.set(idOf(name), [...before]);
    void this.#order(name, state);
    await this.time.pass(after);
    this.#running?.unsubscribe();
    await this.#comeBack();
    const faults = await this.faults();
    if (faults.length === 0 && (before.length > 0 || this.valuesOf(name).length === 0)) return [];
    this.taught.set(idOf(name), [...taught]);
    return this.faults();
  }

  #order(name: string, state: Uint8Array): Promise<AdoptionOutcome> {
    const order = { kind: 'command', stream: idOf(name), at: toEpochMs(this.time.now), command: 'adopt' } as const;
    const outcome = this.durable.residency.orders.adoptions.outcomeOf(order, { state: async () => state });
    void this.#orders.submit(order);
    return outcome;
  }

  async omit(name: string, from: number, to: number): Promise<Undone> {
    const span = { from: toEpochMs(from), to: toEpochMs(to) };
    const undone = await this.#until(this.undoing.omit(idOf(name), span));
    if (undone.kind !== 'done') return undone;
    const all = this.taught.get(idOf(name)) ?? [];
    const inSpan = all.filter((it) => 'value' in it && it.at >= from && it.at <= to);
    const [first, last] = [inSpan[0]?.at ?? Number.POSITIVE_INFINITY, inSpan.at(-1)?.at ?? 0];
    // A label among the readings that are omitted goes with them.
    this.taught.set(
      idOf(name),
      all.filter(({ at }) => !(at >= first && at <= last)),
    );
    return undone;
  }

  async #until<T>(work: Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    let failure: unknown;
    work.then(
      (value) => {
        result = { value };
      },
      (error: unknown) => {
        failure = error;
      },
    );
    for (let i = 0; i < 200 && result === undefined && failure === undefined; i++) await this.time.pass(100);
    if (result === undefined) throw failure ?? new Error('it never came to an end');
    return result.value;
  }

  /** Streams whose learner has other bytes than one that was taught only what is not omitted. */
  async faults(): Promise<readonly string[]> {
    await this.time.pass(3 * SECOND);
    return [...this.taught].flatMap(([stream, all]) => {
      const taught = begun(all);
      if (taught.length === 0) return [];
      const expected = new RoteLearner(stream);
      for (const each of taught) {
        const at = toEpochMs(each.at);
        if ('value' in each) expected.step({ stream, at, value: each.value, zoneOffset: toDurationMs(0) });
        else expected.instruct({ kind: 'label', stream, at, from: at, to: at, label: nameOfClass(each.label) });
      }
      const found = this.learners.get(stream);
      const isSame = found !== undefined && Buffer.from(found.snapshot()).equals(expected.snapshot());
      return isSame ? [] : [`${stream}: ${valuesOf(found)}, not ${valuesOf(expected)}`];
    });
  }

  /** Values of the readings that the learner of a stream has. */
  valuesOf(name: string): readonly number[] {
    return (
      this.learners
        .get(idOf(name))
        ?.steps()
        .map(({ value }) => value) ?? []
    );
  }
}

/** A stream begins with a reading: a label before it has nothing to teach. */
function begun(taught: readonly Taught[]): readonly Taught[] {
  const start = taught.findIndex((each) => 'value' in each);
  return start < 0 ? [] : taught.slice(start);
}
