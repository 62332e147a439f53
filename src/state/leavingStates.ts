import type { StreamId } from '../domain/streamId.ts';

/** State of a stream that has left; undefined: its learner had none to give. */
type Coming = Promise<Uint8Array | undefined>;

/** Most states that the medium has refused and that are offered again. */
const MOST_REFUSED = 128;

/**
 * States of streams that have left, until each is on the medium or its stream is resident again. Each is the only copy: one that is
 * still on its way is never given up, however many leave at once, since what its stream had learned would be gone. Of those that the
 * medium has refused the oldest is given up where there are too many: the writer then lets its bytes go, and the next start reads the journal.
 */
export class LeavingStates {
  readonly #states = new Map<StreamId, Coming>();
  /** Among them, in the order in which they left. */
  readonly #refused = new Set<StreamId>();

  hold(stream: StreamId, state: Coming): void {
    this.release(stream);
    this.#states.set(stream, state);
  }

  get(stream: StreamId): Coming | undefined {
    return this.#states.get(stream);
  }

  release(stream: StreamId): void {
    this.#states.delete(stream);
    this.#refused.delete(stream);
  }

  /** The medium has refused the state. @returns whether it is to be offered again: it has not been given up or taken back */
  refuse(stream: StreamId, state: Coming): boolean {
    if (this.#states.get(stream) !== state) return false;
    this.#refused.add(stream);
    if (this.#refused.size > MOST_REFUSED) {
      const [oldest] = this.#refused;
      this.release(oldest as StreamId);
    }
    return this.#states.get(stream) === state;
  }
}
