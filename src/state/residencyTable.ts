import type { FollowingMap } from '../domain/followingMap.ts';
import type { TakeState } from '../domain/learnerHost.ts';
import type { JournalPosition, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Command, isAdoption, isReading, type StreamInput } from '../domain/streamInput.ts';
import { LeavingStates, largestIn } from './leavingStates.ts';
import type { RedoLog } from './log/redoLog.ts';
import { noteArrival } from './noteArrival.ts';
import { openResidencies } from './openResidencies.ts';
import { Removals, type RemovalsOptions } from './removals.ts';
import type { ReturnsOptions } from './returns.ts';
import type { RewindsOptions } from './rewinds.ts';
import { type SnapshotJob, SnapshotWriter, type SnapshotWriterOptions } from './snapshotWriter.ts';
import { StateOrders } from './stateOrders.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import {
  beginSnapshot,
  enterPhase,
  newResidency,
  noteForgotten,
  noteInput,
  type StreamResidency,
  wasJustRefused,
} from './streamResidency.ts';

export interface ResidencyTableOptions
  extends SnapshotWriterOptions,
    Pick<RewindsOptions, 'journalReach'>,
    Pick<ReturnsOptions, 'isFailing'>,
    Pick<RemovalsOptions, 'clear' | 'whenDurable'> {
  readonly opening: StoreOpening;
  readonly redoLog: RedoLog;
  readonly restorer: StateRestorer;
  /** Position of the journal's last entry. */
  readonly position: () => JournalPosition;
  /** Forgets a stream in the journal. @returns position of the command */
  readonly forget: (stream: StreamId) => JournalPosition;
  /** Fewest inputs that make a stream worth keeping when it has to leave. */
  readonly leastSamples: number;
  /** Bytes that states of streams may have that have left and are not on the medium yet. */
  readonly mostLeavingBytes: number;
}

const NO_MEMORY: RestoreResult = { outcome: 'no-memory', tail: [], firstTail: undefined };

/** Where the state of each stream is. Everything but `restore` answers at once: it stands in the way of every input. */
export class ResidencyTable {
  readonly #options: ResidencyTableOptions;
  readonly #residencies: FollowingMap<StreamId, StreamResidency>;
  readonly #leaving: LeavingStates;
  readonly #writer: SnapshotWriter;
  readonly orders: StateOrders;
  readonly removals: Removals;

  constructor(options: ResidencyTableOptions) {
    this.#options = options;
    this.#leaving = new LeavingStates(options.mostLeavingBytes, largestIn(options.opening));
    this.#writer = new SnapshotWriter(options);
    const { residencies, forgotten } = openResidencies(options, options.clock.now());
    this.#residencies = residencies;
    this.removals = new Removals({ ...options, residencies });
    for (const stream of forgotten) this.removals.add(stream, 0);
    this.orders = new StateOrders({
      ...options,
      residencies,
      removals: this.removals,
      leaving: this.#leaving,
      arrive: (...came) => this.#arrive(...came),
      keep: (stream, residency, leaving) => this.#writer.begin(this.#job(stream, residency, leaving)),
    });
  }

  /** Resolves when every snapshot that was taken so far is on the medium, or has come to nothing. */
  async settled(): Promise<void> {
    await this.#writer.settled();
  }

  /** Discards the snapshots that are not on the medium yet: the journal has what they hold. */
  close(): void {
    this.#writer.close();
    this.orders.rewinds.close();
    this.removals.close();
  }

  /** States of streams that have left and are not on the medium yet. */
  get leaving(): { readonly size: number; readonly bytes: number } {
    return this.#leaving;
  }

  /** Every stream that is resident or on the medium. */
  get residencies(): ReadonlyMap<StreamId, StreamResidency> {
    return this.#residencies;
  }

  /**
   * An input has its place in the journal.
   * @returns whether it may go on to its learner; else its stream has to be restored first, and the input waits
   */
  note(input: StreamInput, position: JournalPosition): boolean {
    const { stream } = input;
    let residency = this.#residencies.get(stream);
    if (residency === undefined) {
      // The router refuses it. A residency of a stream that does not exist would hold the journal for ever.
      if (!isReading(input) && !isAdoption(input)) return true;
      // One that another would have to leave for, whose state has no room, waits as one does that comes back.
      const isHere = isReading(input) && this.#leaving.hasRoom;
      residency = newResidency(this.#options.clock.now(), isHere ? 'resident' : 'stored');
      this.#residencies.set(stream, residency);
    }
    noteInput(residency, position);
    if (input.kind === 'command') this.#obey(input, residency, position);
    return residency.phase === 'resident';
  }

  #obey({ stream, command }: Command, residency: StreamResidency, position: JournalPosition): void {
    switch (command) {
      case 'forget':
        noteForgotten(residency, position);
        this.removals.add(stream, position);
        break;
      case 'omit':
      case 'adopt':
      case 'judge':
        break;
      default:
        command satisfies never;
    }
  }

  /** The stream leaves, and comes back with `comeBack`; until then its state is held here. */
  rewind(stream: StreamId): TakeState | undefined {
    const residency = this.#residencies.get(stream);
    if (residency === undefined) return undefined;
    enterPhase(residency, 'stored');
    return this.#hold(stream, residency).take;
  }

  /** The state of a stream that has left, from memory, else from the medium. */
  async stateOf(stream: StreamId): Promise<Uint8Array | undefined> {
    return (await this.#leaving.get(stream)) ?? (await this.#options.restorer.load(stream));
  }

  /** A stream that has another name now leaves nothing behind. */
  discard(stream: StreamId): void {
    if (this.#residencies.delete(stream)) this.#leaving.release(stream);
    this.#options.redoLog.drop(stream);
    this.removals.add(stream, this.#options.forget(stream));
  }

  /**
   * Brings a stream's state back to its learner, once the stream that makes room for it may leave. Once at a time for a stream; rejects
   * for a bug of ours alone.
   * @param first position of the first input that waits for it
   */
  async restore(stream: StreamId, first: JournalPosition): Promise<RestoreResult> {
    const { restorer } = this.#options;
    const residency = this.#residencies.get(stream) as StreamResidency;
    if (wasJustRefused(residency, this.#options.clock.now())) return NO_MEMORY;
    enterPhase(residency, 'restoring');
    await this.#leaving.enter(stream);
    const state = await this.#leaving.get(stream);
    const result =
      state === undefined
        ? await restorer.restore(stream, {
            hasSnapshot: residency.generations.length > 0,
            before: first,
            voidUpTo: () => residency.voidUpTo,
          })
        : await restorer.reattach(stream, state);
    if (result.outcome === 'no-memory') {
      enterPhase(residency, 'stored');
      residency.refusedAt = this.#options.clock.now();
    } else this.#arrive(stream, residency, result, first);
    return result;
  }

  /** Restores a stream that no input has come of. @returns undefined where it is resident or being restored */
  restoreAwaited(stream: StreamId, first: JournalPosition): Promise<RestoreResult> | undefined {
    return this.#residencies.get(stream)?.phase === 'stored' ? this.restore(stream, first) : undefined;
  }

  /** The state of a stream that leaves has room, and none waits for that. */
  get mayLeave(): boolean {
    return this.#leaving.hasRoom;
  }

  /** The stream is with its learner, or does not come: whichever had to make room for it has left. */
  hasCome(stream: StreamId): void {
    this.#leaving.hasCome(stream);
    this.orders.hasCome(stream);
  }

  #arrive(stream: StreamId, residency: StreamResidency, result: RestoreResult, first: JournalPosition): void {
    const { outcome, tail } = result;
    const { report } = this.#options;
    enterPhase(residency, 'resident');
    noteArrival(stream, residency, result, { ...this.#options, first });
    this.#leaving.release(stream);
    if (outcome === 'restored') report({ type: 'StreamRestored', stream, replayed: tail.length });
    else if (outcome !== 'none') report({ type: 'StateRefused', stream, outcome });
  }

  /**
   * Takes the state of a resident stream at this moment.
   * @returns undefined where no snapshot is wanted now
   */
  checkpoint(stream: StreamId): TakeState | undefined {
    const residency = this.#residencies.get(stream);
    if (residency === undefined || residency.isSealed || residency.underWay !== undefined) return undefined;
    const send = this.#writer.begin(this.#job(stream, residency));
    return (bytes) => {
      this.#leaving.note(bytes?.length ?? 0);
      send(bytes);
    };
  }

  /** Takes the checkpoint of a stream that makes room for another. @param comesBack it is wanted again at once, however few inputs it has had */
  leave(stream: StreamId, comesBack = false): TakeState | undefined {
    const residency = this.#residencies.get(stream);
    if (residency === undefined) return undefined;
    if ((residency.inputs < this.#options.leastSamples && !comesBack) || residency.isSealed) {
      this.#residencies.delete(stream);
      if (!residency.isSealed) this.removals.add(stream, this.#options.forget(stream));
      return undefined;
    }
    enterPhase(residency, 'stored');
    const { state, take } = this.#hold(stream, residency);
    const send = this.#writer.begin(this.#job(stream, residency, state));
    return (bytes) => {
      take(bytes);
      send(bytes);
    };
  }

  /** Holds the state of a stream that leaves, once that has come. */
  #hold(stream: StreamId, { bytes: atLeast }: StreamResidency) {
    let give: TakeState = () => undefined;
    const state = new Promise<Uint8Array | undefined>((resolve) => {
      give = resolve;
    });
    this.#leaving.hold(stream, state, atLeast);
    const take: TakeState = (bytes) => {
      give(bytes);
      if (bytes === undefined) this.#leaving.release(stream, state);
      else this.#leaving.weigh(stream, state, bytes.length);
    };
    return { state, take };
  }

  /** @param leaving the state where the stream leaves: it is offered until the medium takes it, or the stream takes it back */
  #job(stream: StreamId, residency: StreamResidency, leaving?: Promise<Uint8Array | undefined>): SnapshotJob {
    const begun = beginSnapshot(residency);
    const mustRetry = (): boolean => leaving !== undefined && this.#leaving.get(stream) === leaving;
    const stored = (): void => {
      if (leaving !== undefined) this.#leaving.release(stream, leaving);
    };
    return { stream, residency, begun, position: this.#options.position(), mustRetry, stored };
  }
}
