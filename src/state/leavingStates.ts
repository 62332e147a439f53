import type { StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { STANDARD_STATE_BYTES } from './streamResidency.ts';

/** State of a stream that has left; undefined: its learner had none to give. */
type Coming = Promise<Uint8Array | undefined>;

interface Leaving {
  readonly state: Coming;
  /** Size of the state; an estimate while it is on its way from the learner. */
  bytes: number;
}

interface Waiting {
  readonly stream: StreamId;
  readonly enter: () => void;
}

/**
 * States of streams that have left, until each is on the medium or its stream is resident again. Each is the only copy, so none is given up, whatever
 * the medium refuses: a stream comes only where the state of the one that makes room for it has room here. States that are on their way
 * from their learner, and places of streams that are coming, count as the largest state so far. One stream may always come while nothing is held.
 */
export class LeavingStates {
  readonly #mostBytes: number;
  readonly #states = new Map<StreamId, Leaving>();
  /** Streams that may come, and for which none may have made room yet. */
  readonly #coming = new Set<StreamId>();
  /** In the order in which they came. */
  #waiting: Waiting[] = [];
  #bytes = 0;
  #largest: number;

  /**
   * @param mostBytes that the states may have together
   * @param largest state on the medium, bytes; 0: there is none
   */
  constructor(mostBytes: number, largest: number = 0) {
    this.#mostBytes = mostBytes;
    this.#largest = largest;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number of states. */
  get size(): number {
    return this.#states.size;
  }

  /** Holds the state of a stream that leaves. @param atLeast bytes that it may be expected to have */
  hold(stream: StreamId, state: Coming, atLeast: number): void {
    this.#take(stream);
    const bytes = Math.max(atLeast, this.#usual());
    this.#states.set(stream, { state, bytes });
    this.#bytes += bytes;
  }

  /** A state of this size was taken, of a stream that leaves or stays. */
  note(bytes: number): void {
    this.#largest = Math.max(this.#largest, bytes);
  }

  /** The learner has given the state. */
  weigh(stream: StreamId, state: Coming, bytes: number): void {
    this.note(bytes);
    const leaving = this.#states.get(stream);
    if (leaving?.state !== state) return;
    this.#bytes += bytes - leaving.bytes;
    leaving.bytes = bytes;
    this.#admit();
  }

  get(stream: StreamId): Coming | undefined {
    return this.#states.get(stream)?.state;
  }

  /** @param state the one that is meant: the stream may have come back and left again. Default: any */
  release(stream: StreamId, state: Coming | undefined = this.get(stream)): void {
    if (this.get(stream) !== state) return;
    this.#take(stream);
    this.#admit();
  }

  /** @returns whether a stream may come at once: another one may leave, and none waits for that */
  get hasRoom(): boolean {
    return this.#waiting.length === 0 && this.#mayCome();
  }

  /** Resolves when the stream may come; what it leads to has to end with `hasCome`. Its own state, where it is here, makes room. */
  async enter(stream: StreamId): Promise<void> {
    if (this.#mayCome(stream)) this.#coming.add(stream);
    else await new Promise<void>((enter) => this.#waiting.push({ stream, enter }));
  }

  /** The stream is here, or it does not come; which stream had to leave for it is known. */
  hasCome(stream: StreamId): void {
    this.#coming.delete(stream);
    this.#admit();
  }

  #take(stream: StreamId): void {
    this.#bytes -= this.#states.get(stream)?.bytes ?? 0;
    this.#states.delete(stream);
  }

  /** Bytes of a state that is not known yet. */
  #usual(): number {
    return this.#largest || STANDARD_STATE_BYTES;
  }

  #mayCome(stream?: StreamId): boolean {
    const own = stream === undefined ? undefined : this.#states.get(stream);
    const others = this.#states.size - (own === undefined ? 0 : 1) + this.#coming.size;
    const bytes = this.#bytes - (own?.bytes ?? 0) + (this.#coming.size + 1) * this.#usual();
    return others === 0 || bytes <= this.#mostBytes;
  }

  #admit(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const one of waiting) {
      if (this.#mayCome(one.stream)) {
        this.#coming.add(one.stream);
        one.enter();
      } else this.#waiting.push(one);
    }
  }
}

/** Bytes of the largest snapshot on the medium; 0: there is none. */
export function largestIn({ streams }: StoreOpening): number {
  return streams.reduce((most, { generations }) => Math.max(most, ...generations.map(({ bytes }) => bytes)), 0);
}
