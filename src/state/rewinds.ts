import { pause } from '../domain/pause.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import { type Base, basesOf, type JournalReach } from './bases.ts';
import type { LeavingStates } from './leavingStates.ts';
import type { Removals } from './removals.ts';
import type { LeavingWay, Returns } from './returns.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { noteOmitted, type StreamResidency } from './streamResidency.ts';

/** Between two tries of a medium that refuses. */
const RETRY_MS = 2000;

export interface RewindsOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly leaving: LeavingStates;
  readonly restorer: StateRestorer;
  readonly returns: Returns;
  readonly journalReach: () => JournalReach;
  readonly removals: Pick<Removals, 'done'>;
  readonly delay: Delay;
}

/**
 * End of an order to omit inputs. `missed`: there is no state any more to go back to. `refused`: the medium refuses the order, which is done by a start
 * that finds it there. But for the first, the stream goes on as it was.
 */
export type OmissionOutcome = 'omitted' | 'missed' | 'refused';

/**
 * Streams that go back to a state before inputs that are to be omitted, and take in again what has come since. It is what a start of the daemon
 * would do with the same journal. Where no such state is left, a stream comes back as it was.
 */
export class Rewinds {
  readonly #options: RewindsOptions;
  /** Hears the outcome of each order that somebody waits for. */
  readonly #outcomes = new WeakMap<Omission, (outcome: OmissionOutcome) => void>();
  #isClosed = false;

  constructor(options: RewindsOptions) {
    this.#options = options;
  }

  /** Nothing more is asked of the medium. */
  close(): void {
    this.#isClosed = true;
  }

  /** Resolves after a while in which the medium may recover; never where the daemon ends before. */
  async nextTry(): Promise<void> {
    await pause(this.#options.delay, toDurationMs(RETRY_MS));
    if (this.#isClosed) await new Promise(() => undefined);
  }

  /** States that the stream can go back to, newest first. */
  basesOf(stream: StreamId): readonly Base[] {
    const residency = this.#options.residencies.get(stream);
    return residency === undefined ? [] : basesOf(residency, this.#options.journalReach());
  }

  /**
   * Resolves when the order has been done, or has come to nothing; never where the daemon ends before. To be asked before the order is given.
   */
  outcomeOf(order: Omission): Promise<OmissionOutcome> {
    return new Promise((resolve) => {
      this.#outcomes.set(order, resolve);
    });
  }

  /** @returns undefined where the stream has not left with its state */
  comeBack(order: Omission, way: LeavingWay): Promise<RestoreResult> | undefined {
    const { residencies, leaving } = this.#options;
    const residency = residencies.get(order.stream);
    const isHeld = leaving.get(order.stream) !== undefined;
    if (residency?.phase === 'stored' && isHeld) return this.#goBack(order, residency, way);
    // It has no learner, such as one that has gone back to before its first reading: nothing was learned.
    this.giveUp(order);
    return undefined;
  }

  /** The order comes to nothing. */
  giveUp(order: Omission): void {
    this.#outcomes.get(order)?.('missed');
  }

  async #goBack(order: Omission, residency: StreamResidency, way: LeavingWay): Promise<RestoreResult> {
    const { stream } = order;
    const { first } = way;
    let omitted: RestoreResult | undefined;
    let settled: Promise<void> | undefined;
    let outcome: OmissionOutcome = 'missed';
    const answer = (): void => this.#outcomes.get(order)?.(outcome);
    const result = await this.#options.returns.comeBack({
      ...{ stream, residency, ...way },
      change: async (isDurable) => {
        if (!isDurable) outcome = 'refused';
        else omitted = await this.#rewind(order, first);
        if (omitted !== undefined) outcome = 'omitted';
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
    if (how.base === 0) await this.#options.removals.done(stream, how.at);
  }
}
