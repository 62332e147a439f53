import type { TakeState } from '../domain/learnerHost.ts';
import { settlesWithin } from '../domain/settlesWithin.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Clock, type Delay, toDurationMs } from '../domain/time.ts';
import type { LeavingStates } from './leavingStates.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import { enterPhase, type StreamResidency } from './streamResidency.ts';

/** Between two looks whether the medium refuses. */
const LOOK = toDurationMs(500);

export interface ReturnsOptions {
  readonly leaving: LeavingStates;
  readonly restorer: StateRestorer;
  readonly untilDurable: (position: JournalPosition) => Promise<void>;
  /** @returns whether the medium refuses everything now */
  readonly isFailing: () => boolean;
  readonly delay: Delay;
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

/** Facts about a stream that has left. */
export interface LeavingWay {
  /** Position of the first input that waits for it; the order is the entry before. */
  readonly first: JournalPosition;
  /** Resolves when its learner is gone. */
  readonly hasLeft: Promise<void>;
}

export interface WayBack extends LeavingWay {
  readonly stream: StreamId;
  readonly residency: StreamResidency;
  /**
   * Brings it back with another state.
   * @param isDurable false: the medium refuses the order, and what depends on it must not come there before
   * @returns undefined where that cannot be
   */
  readonly change: (isDurable: boolean) => Promise<RestoreResult | undefined>;
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

  async comeBack({ stream, residency, first, hasLeft, change, hasCome }: WayBack): Promise<RestoreResult> {
    const { leaving, arrive, keep } = this.#options;
    enterPhase(residency, 'restoring');
    await leaving.enter(stream);
    const held = leaving.get(stream);
    const state = await held;
    await hasLeft;
    // While it waits, the stream says nothing.
    const result = (await change(await this.isDurable(first - 1))) ?? (await this.#asBefore(stream, state));
    if (result.outcome === 'no-memory') this.#park(residency, keep(stream, residency, held), state);
    else arrive(stream, residency, result, first);
    this.#done.set(stream, hasCome);
    return result;
  }

  /** Waits until the entry is on the medium; not for a medium that refuses. */
  async isDurable(position: JournalPosition): Promise<boolean> {
    const { untilDurable, isFailing, delay } = this.#options;
    const reached = untilDurable(position);
    while (!(await settlesWithin(reached, LOOK, delay))) if (isFailing()) return false;
    return true;
  }

  /** A stream that has left is here again. */
  hasCome(stream: StreamId): void {
    this.#done.get(stream)?.();
    this.#done.delete(stream);
  }

  async #asBefore(stream: StreamId, state: Uint8Array | undefined): Promise<RestoreResult> {
    const { restorer } = this.#options;
    if (state !== undefined) return restorer.reattach(stream, state);
    // The state that the order wants may have come to a learner already.
    restorer.evict(stream);
    return { outcome: 'none', tail: [], firstTail: undefined };
  }

  /** Its state has nowhere to be but on the medium. */
  #park(residency: StreamResidency, take: TakeState, state: Uint8Array | undefined): void {
    enterPhase(residency, 'stored');
    residency.refusedAt = this.#options.clock.now();
    take(state);
  }
}
