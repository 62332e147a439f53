import type { JournalPosition, NewSnapshot, StreamSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Adoption } from '../domain/streamInput.ts';
import type { Clock } from '../domain/time.ts';
import type { LeavingWay, Returns } from './returns.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { enterPhase, noteAdopted, type StreamResidency } from './streamResidency.ts';

/**
 * End of an order to go on with another state. `adopted`: it is on the medium. `unfit`: no learner can go on from it. `no-room`: there is no memory
 * for the stream. `not-kept`: the medium did not take it. But for the first, the stream goes on as it was.
 */
export type AdoptionOutcome = 'adopted' | 'unfit' | 'no-room' | 'not-kept';

export interface AdoptionsOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly restorer: StateRestorer;
  readonly returns: Returns;
  readonly save: (snapshot: NewSnapshot) => Promise<void>;
  readonly clock: Clock;
}

/** State that a stream is to go on with. */
export interface OtherState {
  readonly state: () => Promise<Uint8Array | undefined>;
  /** The stream that the state is of, which leaves for it. undefined: it is of none that is here. */
  readonly from?: StreamId;
}

interface Wanted extends OtherState {
  readonly settle: (outcome: AdoptionOutcome) => void;
}

interface Taking extends OtherState {
  /** Position of the order. */
  readonly position: JournalPosition;
  /** The order is on the medium. */
  readonly isDurable: boolean;
}

/**
 * Streams that go on with another state. It is saved as the snapshot of the order's own position: with that one transaction the medium has the state
 * in place of all that was learned before, and without it nothing of it. Inputs that come meanwhile wait.
 */
export class Adoptions {
  readonly #options: AdoptionsOptions;
  /** An order of a life before has no state here. */
  readonly #wanted = new WeakMap<Adoption, Wanted>();

  constructor(options: AdoptionsOptions) {
    this.#options = options;
  }

  /** Resolves when the order has been done; never where the daemon ends before. To be asked before the order is given. */
  outcomeOf(order: Adoption, other: OtherState): Promise<AdoptionOutcome> {
    return new Promise((settle) => {
      this.#wanted.set(order, { ...other, settle });
    });
  }

  /** The stream that has to leave for the order; undefined: none has. */
  sourceOf(order: Adoption): StreamId | undefined {
    return this.#wanted.get(order)?.from;
  }

  /** @returns undefined where nothing is known of the stream or of the state */
  comeBack(order: Adoption, way: LeavingWay): Promise<RestoreResult> | undefined {
    const { residencies, returns } = this.#options;
    const { stream } = order;
    const residency = residencies.get(stream);
    const wanted = this.#wanted.get(order);
    if (residency === undefined || wanted === undefined) return undefined;
    // A stream without a learner has not left.
    if (residency.phase === 'resident') enterPhase(residency, 'stored');
    let outcome: AdoptionOutcome = 'not-kept';
    return returns.comeBack({
      ...{ stream, residency, ...way },
      change: async (isDurable) => {
        const how = { ...wanted, position: way.first - 1, isDurable };
        const { result, ...taken } = await this.#take(stream, residency, how);
        outcome = taken.outcome;
        return result;
      },
      hasCome: () => wanted.settle(outcome),
    });
  }

  /** There is no room for the stream of the order. */
  giveUp(order: Adoption): void {
    this.#wanted.get(order)?.settle('no-room');
  }

  async #take(
    stream: StreamId,
    residency: StreamResidency,
    { state: give, from, position, isDurable }: Taking,
  ): Promise<{ readonly outcome: AdoptionOutcome; readonly result?: RestoreResult }> {
    const { restorer } = this.#options;
    // A stream with another name goes on all the same: a start finds its state under the former one.
    const isRename = from !== undefined;
    const state = isDurable || isRename ? await give() : undefined;
    if (state === undefined) return { outcome: 'not-kept' };
    // A learner tells before the medium has it whether it can go on from it.
    const result = await restorer.reattach(stream, state);
    if (result.outcome === 'no-memory') return { outcome: 'no-room' };
    if (result.outcome !== 'restored') return { outcome: 'unfit' };
    if (isDurable && (await this.#keep(stream, residency, { position, bytes: state })))
      return { outcome: 'adopted', result };
    return isRename ? { outcome: 'not-kept', result } : { outcome: 'not-kept' };
  }

  /** @returns whether the medium has it */
  async #keep(
    stream: StreamId,
    residency: StreamResidency,
    { position, bytes }: Pick<StreamSnapshot, 'position' | 'bytes'>,
  ): Promise<boolean> {
    // A snapshot of before that is still under way must not come after it.
    const before = residency.omittedAt;
    residency.omittedAt = position;
    try {
      // Snapshots of before the stream was forgotten are none of before.
      await this.#options.save({ stream, position, bytes, ...(residency.generations.length === 0 && { keep: [] }) });
    } catch {
      residency.omittedAt = before;
      return false;
    }
    // Where the stream was forgotten meanwhile, the state is void, and is removed with the others.
    if (residency.voidUpTo <= position)
      noteAdopted(residency, { position, bytes: bytes.length, at: this.#options.clock.now() });
    return true;
  }
}
