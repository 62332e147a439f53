import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import type { LeavingStates } from './leavingStates.ts';
import type { Returns } from './returns.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { basesOf, type JournalReach, noteOmitted, type StreamResidency } from './streamResidency.ts';

export interface RewindsOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly leaving: LeavingStates;
  readonly restorer: StateRestorer;
  readonly returns: Returns;
  readonly journalReach: () => JournalReach;
  /** Removes the snapshots of a stream from the medium. */
  readonly remove: (stream: StreamId) => void;
}

/**
 * Streams that go back to a state before inputs that are to be omitted, and take in again what has come since. It is what a start of the daemon
 * would do with the same journal. Where no such state is left, a stream comes back as it was.
 */
export class Rewinds {
  readonly #options: RewindsOptions;
  /** Hears the outcome of each order that somebody waits for. */
  readonly #outcomes = new WeakMap<Omission, (areOmitted: boolean) => void>();

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

  /** @returns undefined where the stream has not left with its state */
  comeBack(order: Omission, first: JournalPosition): Promise<RestoreResult> | undefined {
    const { residencies, leaving } = this.#options;
    const residency = residencies.get(order.stream);
    const isHeld = leaving.get(order.stream) !== undefined;
    if (residency?.phase === 'stored' && isHeld) return this.#goBack(order, residency, first);
    // It has no learner, such as one that has gone back to before its first reading: nothing was learned.
    this.giveUp(order);
    return undefined;
  }

  /** The order comes to nothing. */
  giveUp(order: Omission): void {
    this.#outcomes.get(order)?.(false);
  }

  async #goBack(order: Omission, residency: StreamResidency, first: JournalPosition): Promise<RestoreResult> {
    const { stream } = order;
    let omitted: RestoreResult | undefined;
    const result = await this.#options.returns.comeBack({
      ...{ stream, residency, first },
      change: async () => {
        omitted = await this.#rewind(order, first);
        return omitted;
      },
      hasCome: () => this.#outcomes.get(order)?.(omitted !== undefined),
    });
    if (omitted !== undefined) this.#settle(stream, residency, { at: first - 1, base: omitted.base ?? 0 });
    return result;
  }

  async #rewind({ stream, first: omitted }: Omission, before: JournalPosition): Promise<RestoreResult | undefined> {
    const bases = (): readonly JournalPosition[] => this.basesOf(stream).filter((position) => position < omitted);
    return bases().length > 0 ? await this.#options.restorer.rewind(stream, { bases, before }) : undefined;
  }

  #settle(stream: StreamId, residency: StreamResidency, how: Parameters<typeof noteOmitted>[1]): void {
    noteOmitted(residency, how);
    // A start would find snapshots that have all learned too much, and not know that the journal has the whole life.
    if (how.base === 0) this.#options.remove(stream);
  }
}
