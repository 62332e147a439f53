import { Subject } from 'rxjs';
import type { RepeatDetector } from '../domain/receipt.ts';
import { settlesWithin } from '../domain/settlesWithin.ts';
import type { JournalPosition, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, type EpochMs, toDurationMs, toEpochMs } from '../domain/time.ts';
import type { Awaited } from './awaitedStreams.ts';
import { CHECKPOINT_LIMITS, Checkpoints } from './checkpoints.ts';
import type { OpenDurableState } from './durableState.ts';
import { type DurableStateOptions, NO_NOTES, type StateNotes } from './durableStateOptions.ts';
import { JournalBounds } from './journalBounds.ts';
import { KeptPast } from './keptPast.ts';
import { Journal } from './log/journal.ts';
import type { JournalSize } from './log/journalSize.ts';
import type { RedoLog } from './log/redoLog.ts';
import { noteSettled } from './noteSettled.ts';
import { PoisonDetector } from './poisonDetector.ts';
import { type FoundJournal, readJournal } from './readJournal.ts';
import { reread } from './rereadJournal.ts';
import { ResidencyTable } from './residencyTable.ts';
import { type StateHealth, stateHealth } from './stateHealth.ts';
import { StateRestorer } from './stateRestorer.ts';
import { trafficWith, WriteBudget } from './writeBudget.ts';

/** Without acknowledgements to give, a minute may be lost: it saves a thousand commits a day. */
const SNAPSHOT_COMMIT = toDurationMs(60_000);
/** The longest that subscribing waits for the medium. */
const SESSION_PATIENCE = toDurationMs(2000);
const JOURNAL_PENDING = 4 * 2 ** 20;
const LEAVING = 32 * 2 ** 20;
const ENTRIES = { journal: 1000, snapshot: 10_000 };
/**
 * Opens the store, reads what the journal says beyond the snapshots, and puts together who keeps what is learned from now on.
 * @throws StoreError where the medium does not let itself be read, TidegateError TG_STATE_LOCKED, TG_STATE_NEWER
 */
export async function openDurableState(options: DurableStateOptions): Promise<OpenDurableState> {
  const { store, host, delay, report } = options;
  const opening = await store.open();
  const found = await readJournal(store, report, { opening, ...options });
  report({ type: 'StoreOpened', streams: opening.streams.length, samples: found.inputs });
  const restorer = new StateRestorer({
    load: (stream, below) => store.load(stream, below),
    restore: (stream, state) => host.restore(stream, state),
    evict: (stream) => host.evict(stream),
    redoLog: found.redoLog,
    reread: (stream, after) => reread(store, stream, after, options.nameOf),
    delay,
  });
  return new JournaledState(options, opening, found, restorer);
}

class JournaledState implements OpenDurableState {
  readonly journal: Journal;
  readonly repeats: RepeatDetector;
  readonly residency: ResidencyTable;
  readonly wanted$: Subject<StreamId> = new Subject<StreamId>();
  readonly awaited$: Subject<Awaited> = new Subject<Awaited>();
  readonly poison: PoisonDetector;
  readonly #options: DurableStateOptions;
  readonly #checkpoints: Checkpoints;
  readonly #past: KeptPast;
  readonly #bounds: JournalBounds;
  readonly #size: JournalSize;
  readonly #redoLog: RedoLog;
  readonly #notes: StateNotes;
  readonly health: () => StateHealth;

  constructor(options: DurableStateOptions, opening: StoreOpening, found: FoundJournal, restorer: StateRestorer) {
    const { store, clock, delay, report, leastSamples } = options;
    this.#options = options;
    this.repeats = options.repeats;
    this.#notes = options.notes ?? NO_NOTES;
    this.poison = new PoisonDetector(this.#notes.poison);
    this.#size = found.size;
    this.#redoLog = found.redoLog;
    this.journal = this.#openJournal(opening);
    this.#bounds = new JournalBounds(opening, found, this.journal.position);
    this.#recoverSession();
    noteSettled(this.repeats, this.#notes.settled);
    this.residency = new ResidencyTable({
      opening,
      redoLog: found.redoLog,
      restorer,
      position: () => this.journal.position,
      journalReach: () => this.#bounds.reach,
      untilDurable: (position) => this.journal.untilDurable(position),
      durable: () => this.journal.durable,
      save: (snapshot) => store.save([snapshot]),
      besideNext: (residency) => this.#past.besideNext(residency),
      isFailing: () => this.journal.isFailing,
      whenDurable: (run) => this.journal.whenDurable(run),
      clear: (stream) => store.remove(stream),
      forget: (stream) => this.#forget(stream),
      clock,
      delay,
      report,
      leastSamples,
      mostLeavingBytes: options.mostLeavingBytes ?? LEAVING,
    });
    this.#past = this.#keepPast();
    this.#checkpoints = this.#openCheckpoints(opening, found);
    this.health = stateHealth({
      store,
      journal: this.journal,
      residencies: this.residency.residencies,
      size: found.size,
      clock,
      wasDamaged: opening.movedAside !== undefined || found.damaged > 0,
    });
  }

  #openCheckpoints(opening: StoreOpening, found: FoundJournal): Checkpoints {
    const { store, settings, clock, delay, limits, bytesBeside } = this.#options;
    return new Checkpoints({
      residencies: this.residency.residencies,
      redoLog: found.redoLog,
      size: found.size,
      budget: new WriteBudget(settings.writesPerDay, clock.now()),
      clock,
      delay,
      traffic: () => trafficWith(store, bytesBeside),
      messagesFrom: () => this.repeats.neededFrom,
      removalsFrom: () => this.residency.removals.neededFrom,
      isFailing: () => this.journal.isFailing,
      nextPosition: () => this.journal.position + 1,
      take: (streams) => this.#take(streams),
      past: this.#past,
      trim: async (position, past) => {
        // The entries that were rewritten at the end stand in for those that are trimmed.
        await this.journal.untilDurable(this.journal.position);
        this.#bounds.noteStart(Math.min(position, past?.from ?? position));
        this.#bounds.noteStart(await store.trim(position, past));
      },
      rewrite: (stream) => this.#rewrite(found.redoLog, stream),
      backup: () => store.backup(),
      backedUpAt: opening.backedUpAt as EpochMs | undefined,
      limits: limits ?? CHECKPOINT_LIMITS,
    });
  }

  #keepPast(): KeptPast {
    const { settings, clock, limits = CHECKPOINT_LIMITS } = this.#options;
    const past = new KeptPast({
      residencies: this.residency.residencies,
      clock,
      journalReach: () => this.#bounds.reach,
      reach: settings.keepPast,
      mostBytes: settings.keepPastSize,
      slack: limits.snapshotEvery,
    });
    past.look();
    return past;
  }

  #openJournal({ lastPosition, streams }: StoreOpening): Journal {
    const { store, settings, delay, report } = this.#options;
    const isJournal = settings.durability === 'journal';
    const snapshots = streams.flatMap(({ generations }) => generations.map(({ position }) => position));
    return new Journal({
      append: async (batch) => {
        await store.append(batch);
        this.#size.add(batch);
      },
      position: Math.max(lastPosition, ...snapshots),
      commitInterval: isJournal ? settings.commitInterval : SNAPSHOT_COMMIT,
      mostEntries: this.#options.mostEntries ?? (isJournal ? ENTRIES.journal : ENTRIES.snapshot),
      mostBytes: this.#options.mostJournalPending ?? JOURNAL_PENDING,
      onFault: settings.onDiskFull,
      delay,
      report,
      onLost: () => {
        this.#bounds.noteHoles(this.journal.position);
        this.#checkpoints.takeAll();
      },
    });
  }

  /** In one batch: half of it would be, after a power cut, half a tail. */
  #rewrite(redoLog: RedoLog, stream: StreamId): void {
    this.journal.atomically(() => redoLog.rewrite(stream, (entry) => this.journal.add(entry)));
  }

  #take(streams: readonly StreamId[]): void {
    for (const stream of streams) this.wanted$.next(stream);
  }

  #forget(stream: StreamId): JournalPosition {
    return this.journal.add({ kind: 'command', stream, at: toEpochMs(Number.NaN), command: 'forget' });
  }

  start(): void {
    this.#checkpoints.start();
  }

  bringBack(mayCome: (stream: StreamId) => boolean): void {
    for (const stream of this.#redoLog.newestFirst()) this.awaited$.next({ stream, mayCome: () => mayCome(stream) });
  }

  async beginSession(): Promise<void> {
    const position = this.journal.add({ kind: 'session' });
    this.#notes.session.write({ position });
    const isKnown = this.journal.untilDurable(position);
    await settlesWithin(isKnown, SESSION_PATIENCE, this.#options.delay);
  }

  /** The process before may have been killed before its newest session was on the medium. */
  #recoverSession(): void {
    const note = this.#notes.session.read() as { readonly position?: unknown } | undefined;
    if (typeof note?.position !== 'number' || note.position <= this.journal.position) return;
    this.repeats.endSession();
    this.#notes.session.write({ position: this.journal.add({ kind: 'session' }) });
  }

  async saveAll(): Promise<number | undefined> {
    if (this.journal.isFailing) return undefined;
    const { residencies } = this.residency;
    const due = this.#checkpoints.dueAtStop().map((stream) => [stream, residencies.get(stream)?.generations] as const);
    this.#take(due.map(([stream]) => stream));
    await this.residency.settled();
    return due.filter(([stream, before]) => residencies.get(stream)?.generations !== before).length;
  }

  async saveStream(stream: StreamId): Promise<void> {
    if (this.journal.isFailing) return;
    this.#take([stream]);
    await this.residency.settled();
  }

  takeBeforeStop(): void {
    this.#checkpoints.stop();
    this.#take(this.#checkpoints.dueAtStop());
  }

  async stop(patience: DurationMs): Promise<void> {
    this.#checkpoints.stop();
    await settlesWithin(this.#finish(), patience, this.#options.delay);
    this.residency.close();
    this.journal.close();
    this.wanted$.complete();
    this.awaited$.complete();
  }

  /** The journal first: it holds everything, and snapshots of many streams may take longer than there is time. */
  async #finish(): Promise<void> {
    await this.journal.flush();
    await this.residency.settled();
  }
}
