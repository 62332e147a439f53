import type { JournalPosition, StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import type { Journal } from './log/journal.ts';
import type { NameOf } from './log/nameOf.ts';
import type { PastInput } from './omissionPlan.ts';
import { reread } from './rereadJournal.ts';
import type { ResidencyTable } from './residencyTable.ts';

export interface PastInputsOptions {
  readonly residency: ResidencyTable;
  readonly journal: Journal;
  readonly store: StateStore;
  /** Names of streams by those that the journal has. Default: the same. */
  readonly nameOf?: NameOf | undefined;
  /** Snapshots and stores a stream. */
  readonly take: (stream: StreamId) => void;
}

/** Inputs that a stream can still omit. */
export interface Omissible {
  readonly past: readonly PastInput[];
  /** The state before all of them is the one of a stream which has not begun. */
  readonly isFromBirth: boolean;
}

/** Looks back at the inputs of a stream that the journal still has. */
export class PastInputs {
  readonly #options: PastInputsOptions;

  constructor(options: PastInputsOptions) {
    this.#options = options;
  }

  /** The medium refuses everything now. */
  get isFailing(): boolean {
    return this.#options.journal.isFailing;
  }

  /** @returns undefined where there is no state that it can go back to. @throws StoreError */
  async of(stream: StreamId): Promise<Omissible | undefined> {
    const { journal, store, residency, nameOf } = this.#options;
    await journal.untilDurable(journal.position);
    const bases = residency.orders.rewinds.basesOf(stream);
    const oldest = oldestOf(bases);
    if (oldest === undefined) return undefined;
    const redoLog = await reread(store, stream, oldest, nameOf);
    // The journal may have been trimmed meanwhile.
    if (oldestOf(residency.orders.rewinds.basesOf(stream)) !== oldest) return undefined;
    // One that has learned from what is omitted is none to go back to.
    const base = oldestOf(bases.filter((position) => !redoLog.isTainted(stream, position)));
    if (base === undefined) return undefined;
    const past: PastInput[] = [];
    redoLog.eachKept(stream, (input, position) => {
      if (position > base) past.push({ input, position });
    });
    return { past, isFromBirth: base === 0 };
  }

  /** Outcome as `Rewinds.outcomeOf` has it, once the state that comes out is on the medium. */
  async outcomeOf(order: Omission): Promise<boolean> {
    const { residency, take } = this.#options;
    const areOmitted = await residency.orders.rewinds.outcomeOf(order);
    // In any case: the next start would try the order again, with a state that is not this one.
    take(order.stream);
    await residency.settled();
    return areOmitted;
  }
}

function oldestOf(bases: readonly JournalPosition[]): JournalPosition | undefined {
  return bases.length > 0 ? Math.min(...bases) : undefined;
}
