import { type JournalPosition, type StateStore, StoreError } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Base } from './bases.ts';
import type { Journal } from './log/journal.ts';
import type { NameOf } from './log/nameOf.ts';
import type { Omissible, OmissionPlan } from './omissionPlan.ts';
import { reread } from './rereadJournal.ts';
import type { ResidencyTable } from './residencyTable.ts';
import type { OmissionOutcome } from './rewinds.ts';

export interface PastInputsOptions {
  readonly residency: ResidencyTable;
  readonly journal: Journal;
  readonly store: StateStore;
  /** Names of streams by those that the journal has. Default: the same. */
  readonly nameOf?: NameOf | undefined;
  /** Snapshots and stores a stream. */
  readonly take: (stream: StreamId) => void;
}

/** Tries to take the state of a stream, two seconds apart, but for those that the medium has refused. */
const MOST_TRIES = 10;

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

  /**
   * Plans what to omit from a time on, by the youngest state that is early enough for the plan: the less has to be taken in again. Where none is, the plan of
   * the oldest one says how far it reaches.
   * @throws StoreError
   */
  async plan(stream: StreamId, since: EpochMs, plan: (found: Omissible) => OmissionPlan): Promise<OmissionPlan> {
    const { journal, residency } = this.#options;
    // What would come until the medium works again is not meant.
    if (!(await residency.orders.isDurable(journal.position)))
      throw new StoreError('failed', 'the medium takes nothing now');
    const bases = residency.orders.rewinds.basesOf(stream);
    const isEarly = ({ savedAt }: Base): boolean => savedAt <= since;
    const early = bases.filter(isEarly);
    const late = bases.filter((base) => !isEarly(base)).reverse();
    let found: OmissionPlan | undefined;
    for (const base of early.length > 0 ? early : late.splice(0, 1)) {
      const omissible = await this.#after(stream, base);
      found = omissible === undefined ? found : plan(omissible);
      if (found !== undefined && found.kind !== 'beyond') return found;
    }
    for (const base of found === undefined ? late : []) {
      const omissible = await this.#after(stream, base);
      if (omissible !== undefined) return plan(omissible);
    }
    return found ?? { kind: 'beyond', reach: undefined };
  }

  /** @returns undefined where the stream cannot go back to it. @throws StoreError */
  async #after(stream: StreamId, base: Base): Promise<Omissible | undefined> {
    const { store, nameOf, residency } = this.#options;
    const { position, savedAt } = base;
    const { redoLog, from, isWhole } = await reread(store, stream, position, nameOf);
    const isStill = residency.orders.rewinds.basesOf(stream).some((still) => still.position === position);
    // One that has learned from what is omitted is none to go back to.
    if (!isWhole || !isStill || from > base.redoFrom || redoLog.isTainted(stream, position)) return undefined;
    return {
      savedAt,
      each: (visit) =>
        redoLog.eachKept(stream, (input, at: JournalPosition) => {
          if (at > position) visit(input, at);
        }),
    };
  }

  /** Outcome as `Rewinds.outcomeOf` has it, once the state that comes out is on the medium; of an order that it has refused, once it has that. */
  async outcomeOf(order: Omission): Promise<OmissionOutcome> {
    const { residency, journal } = this.#options;
    const outcome = await residency.orders.rewinds.outcomeOf(order);
    if (outcome === 'refused') await journal.untilDurable(journal.position);
    // Else the next start would try an order again that was missed, with a state that is not this one; or find too little of the journal for one that was done.
    else await this.#keep(order.stream, outcome);
    return outcome;
  }

  /** Resolves once the medium has the state of now, or there is none. */
  async #keep(stream: StreamId, outcome: OmissionOutcome): Promise<void> {
    const { residency, take, journal } = this.#options;
    const { position } = journal;
    for (let tries = 1; ; ) {
      const found = residency.residencies.get(stream);
      if (found === undefined || found.isSealed) return;
      const [newest = 0] = found.generations;
      // One that has gone back to its birth has none, and its old ones are gone.
      if (newest >= position || (newest === 0 && outcome === 'omitted')) return;
      found.isRefused = false;
      take(stream);
      await residency.settled();
      if ((found.generations[0] ?? 0) >= position) return;
      // It may be on its way, or its learner is gone.
      if (!found.isRefused && tries++ >= MOST_TRIES) return;
      await residency.orders.rewinds.nextTry();
    }
  }
}
