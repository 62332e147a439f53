import type { TakeState } from '../domain/learnerHost.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock } from '../domain/time.ts';
import type { LeavingStates } from './leavingStates.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { enterPhase, type StreamResidency } from './streamResidency.ts';

export interface ReturnsOptions {
  readonly leaving: LeavingStates;
  readonly restorer: StateRestorer;
  readonly untilDurable: (position: JournalPosition) => Promise<void>;
  readonly clock: Clock;
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

export interface WayBack {
  readonly stream: StreamId;
  readonly residency: StreamResidency;
  /** Position of the first input that waits for it; the order is the entry before. */
  readonly first: JournalPosition;
  /** Brings it back with another state, once the order is on the medium. @returns undefined where that cannot be */
  readonly change: () => Promise<RestoreResult | undefined>;
  /** The stream is here, or has found no room. */
  readonly hasCome: () => void;
}

/** Streams that have left, and come back with another state; as they were where that cannot be. */
export class Returns {
  readonly #options: ReturnsOptions;
  /** Streams on their way: to be called when they are here. */
  readonly #done = new Map<StreamId, () => void>();

  constructor(options: ReturnsOptions) {
    this.#options = options;
  }

  async comeBack({ stream, residency, first, change, hasCome }: WayBack): Promise<RestoreResult> {
    const { leaving, arrive, untilDurable, keep } = this.#options;
    enterPhase(residency, 'restoring');
    await leaving.enter(stream);
    const held = leaving.get(stream);
    const state = await held;
    await untilDurable(first - 1);
    const result = (await change()) ?? (await this.#asBefore(stream, state));
    if (result.outcome === 'no-memory') this.#park(residency, keep(stream, residency, held), state);
    else arrive(stream, residency, result, first);
    this.#done.set(stream, hasCome);
    return result;
  }

  /** A stream that has left is here again. */
  hasCome(stream: StreamId): void {
    this.#done.get(stream)?.();
    this.#done.delete(stream);
  }

  async #asBefore(stream: StreamId, state: Uint8Array | undefined): Promise<RestoreResult> {
    if (state !== undefined) return this.#options.restorer.reattach(stream, state);
    return { outcome: 'none', tail: [], firstTail: undefined };
  }

  /** Its state has nowhere to be but on the medium. */
  #park(residency: StreamResidency, take: TakeState, state: Uint8Array | undefined): void {
    enterPhase(residency, 'stored');
    residency.refusedAt = this.#options.clock.now();
    take(state);
  }
}
