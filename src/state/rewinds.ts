import type { Report } from '../domain/events.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import { type Base, basesOf, type JournalReach } from './bases.ts';
import type { LeavingStates } from './leavingStates.ts';
import type { Returns } from './returns.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { noteOmitted, type StreamResidency } from './streamResidency.ts';

/** Between two tries to clear the medium. */
const RETRY_MS = 2000;

export interface RewindsOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly leaving: LeavingStates;
  readonly restorer: StateRestorer;
  readonly returns: Returns;
  readonly journalReach: () => JournalReach;
  readonly delay: Delay;
  readonly report: Report;
  /** Removes the snapshots of a stream from the medium. @throws StoreError */
  readonly clear: (stream: StreamId) => Promise<void>;
}

/**
 * Streams that go back to a state before inputs that are to be omitted, and take in again what has come since. It is what a start of the daemon
 * would do with the same journal. Where no such state is left, a stream comes back as it was.
 */
export class Rewinds {
  readonly #options: RewindsOptions;
  /** Hears the outcome of each order that somebody waits for. */
  readonly #outcomes = new WeakMap<Omission, (areOmitted: boolean) => void>();
  #isClosed = false;

  constructor(options: RewindsOptions) {
    this.#options = options;
  }

  /** Nothing more is asked of the medium. */
  close(): void {
    this.#isClosed = true;
  }

  /** States that the stream can go back to, newest first. */
  basesOf(stream: StreamId): readonly Base[] {
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
    let settled: Promise<void> | undefined;
    const answer = (): void => this.#outcomes.get(order)?.(omitted !== undefined);
    const result = await this.#options.returns.comeBack({
      ...{ stream, residency, first },
      change: async () => {
        omitted = await this.#rewind(order, first);
        // The snapshots that it leaves behind are on the medium still.
        return omitted && { outcome: omitted.outcome, tail: omitted.tail, firstTail: omitted.firstTail };
      },
      hasCome: () => {
        if (settled === undefined) answer();
        else void settled.then(answer);
      },
    });
    if (omitted !== undefined) settled = this.#settle(stream, residency, { at: first - 1, base: omitted.base ?? 0 });
    return result;
  }

  #rewind({ stream, first }: Omission, before: JournalPosition): Promise<RestoreResult | undefined> {
    const bases = (): readonly Base[] => this.basesOf(stream);
    return this.#options.restorer.rewind(stream, { bases, first, before });
  }

  /** Resolves when a start would find the stream as it is now; never where the daemon ends before. */
  async #settle(stream: StreamId, residency: StreamResidency, how: Parameters<typeof noteOmitted>[1]): Promise<void> {
    noteOmitted(residency, how);
    // A start would find snapshots that have all learned too much, and not know that the journal has the whole life.
    while (how.base === 0 && !(await this.#isCleared(stream, residency)))
      await pause(this.#options.delay, toDurationMs(RETRY_MS));
  }

  /** A later snapshot, which has learned nothing of what is omitted, must not go with the others; where it is on the medium they may stay. */
  async #isCleared(stream: StreamId, { generations, underWay }: StreamResidency): Promise<boolean> {
    if (this.#isClosed) return new Promise(() => undefined);
    if (generations.length > 0 || underWay !== undefined) return generations.length > 0;
    try {
      await this.#options.clear(stream);
      return true;
    } catch (error) {
      this.#options.report({ type: 'SnapshotFailed', stream, error });
      return false;
    }
  }
}
