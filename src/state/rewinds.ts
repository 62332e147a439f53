import type { TakeState } from '../domain/learnerHost.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import type { Clock } from '../domain/time.ts';
import type { LeavingStates } from './leavingStates.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { basesOf, enterPhase, type JournalReach, noteOmitted, type StreamResidency } from './streamResidency.ts';

export interface RewindsOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly leaving: LeavingStates;
  readonly restorer: StateRestorer;
  readonly untilDurable: (position: JournalPosition) => Promise<void>;
  readonly journalReach: () => JournalReach;
  readonly clock: Clock;
  /** Removes the snapshots of a stream from the medium. */
  readonly remove: (stream: StreamId) => void;
  /** The stream is with its learner again. */
  readonly arrive: (
    stream: StreamId,
    residency: StreamResidency,
    result: RestoreResult,
    first: JournalPosition,
  ) => void;
  /** Brings the state of a stream that finds no room to the medium. @returns what has to be called with it */
  readonly keep: (
    stream: StreamId,
    residency: StreamResidency,
    leaving: Promise<Uint8Array | undefined> | undefined,
  ) => TakeState;
}

/**
 * Streams that go back to a state before inputs that are to be omitted, and take in again what has come since. It is what a start of the daemon
 * would do with the same journal. Where no such state is left, a stream comes back as it was.
 */
export class Rewinds {
  readonly #options: RewindsOptions;
  /** Hears the outcome of each order that somebody waits for. */
  readonly #outcomes = new WeakMap<Omission, (areOmitted: boolean) => void>();
  /** Streams that go back: to be called when they are here. */
  readonly #done = new Map<StreamId, () => void>();

  constructor(options: RewindsOptions) {
    this.#options = options;
  }

  /** Positions of the states that the stream can go back to, newest first. */
  basesOf(stream: StreamId): readonly JournalPosition[] {
    const residency = this.#options.residencies.get(stream);
    return residency === undefined ? [] : basesOf(residency, this.#options.journalReach());
  }

  /**
   * Resolves when the order has been done, with whether the inputs are omitted; never where the daemon ends before. To be asked before the order is
   * given.
   */
  outcomeOf(order: Omission): Promise<boolean> {
    return new Promise((resolve) => {
      this.#outcomes.set(order, resolve);
    });
  }

  /** A stream that has left is here again. */
  hasCome(stream: StreamId): void {
    this.#done.get(stream)?.();
    this.#done.delete(stream);
  }

  /** @returns undefined where the stream has not left with its state */
  restoreWithout(order: Omission, first: JournalPosition): Promise<RestoreResult> | undefined {
    const { residencies, leaving } = this.#options;
    const residency = residencies.get(order.stream);
    const isHeld = leaving.get(order.stream) !== undefined;
    if (residency?.phase === 'stored' && isHeld) return this.#goBack(order, residency, first);
    // It has no learner, such as one that has gone back to before its first reading: nothing was learned.
    this.#outcomes.get(order)?.(false);
    return undefined;
  }

  async #goBack(order: Omission, residency: StreamResidency, first: JournalPosition): Promise<RestoreResult> {
    const { stream } = order;
    const { leaving, arrive, untilDurable } = this.#options;
    enterPhase(residency, 'restoring');
    await leaving.enter(stream);
    const held = leaving.get(stream);
    const state = await held;
    // The journal is read from the medium.
    await untilDurable(first - 1);
    const omitted = await this.#rewind(order, first);
    const result = omitted ?? (await this.#asBefore(stream, state));
    if (result.outcome === 'no-memory') this.#park(residency, this.#options.keep(stream, residency, held), state);
    else arrive(stream, residency, result, first);
    if (omitted !== undefined) this.#settle(stream, residency, { at: first - 1, base: omitted.base ?? 0 });
    this.#done.set(stream, () => this.#outcomes.get(order)?.(omitted !== undefined));
    return result;
  }

  async #rewind({ stream, first: omitted }: Omission, before: JournalPosition): Promise<RestoreResult | undefined> {
    const bases = (): readonly JournalPosition[] => this.basesOf(stream).filter((position) => position < omitted);
    return bases().length > 0 ? await this.#options.restorer.rewind(stream, { bases, before }) : undefined;
  }

  async #asBefore(stream: StreamId, state: Uint8Array | undefined): Promise<RestoreResult> {
    if (state !== undefined) return this.#options.restorer.reattach(stream, state);
    return { outcome: 'none', tail: [], firstTail: undefined };
  }

  #settle(stream: StreamId, residency: StreamResidency, how: Parameters<typeof noteOmitted>[1]): void {
    noteOmitted(residency, how);
    // A start would find snapshots that have all learned too much, and not know that the journal has the whole life.
    if (how.base === 0) this.#options.remove(stream);
  }

  /** Its state has nowhere to be but on the medium. */
  #park(residency: StreamResidency, take: TakeState, state: Uint8Array | undefined): void {
    enterPhase(residency, 'stored');
    residency.refusedAt = this.#options.clock.now();
    take(state);
  }
}
