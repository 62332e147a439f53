import type { Step } from '../../domain/sample.ts';
import { evictedBy, evictionOf, isEviction, STEP_WIDTH, StepRing } from './stepRing.ts';

export interface StepQueueOptions {
  /** Rows that may wait. */
  readonly maxRows: number;
  /** The step of a stream had to make room. */
  readonly onDropped: (index: number) => void;
  /** The eviction of a stream had to make room. @returns whether its thread has to hear of it */
  readonly onDisplaced: (index: number) => boolean;
}

/** What waits for one thread, in order and bounded: the oldest step makes room; an eviction is never lost. */
export class StepQueue {
  readonly #options: StepQueueOptions;
  readonly #ring: StepRing;
  /** Evictions that the ring had to let go. They may go ahead: all before them has left. At most one a stream of the thread. */
  #displaced: number[] = [];
  #pushed = 0;

  constructor(options: StepQueueOptions) {
    this.#options = options;
    this.#ring = new StepRing(options.maxRows);
  }

  /** Rows that wait. */
  get length(): number {
    return this.#ring.length + this.#displaced.length;
  }

  /** Rows that have come in since the start. */
  get pushed(): number {
    return this.#pushed;
  }

  /** Rows that have left since the start, sent or dropped. */
  get left(): number {
    return this.#pushed - this.#ring.length;
  }

  push(index: number, { at, zoneOffset, value }: Step): void {
    this.#put(index, at, zoneOffset, value);
  }

  evict(index: number): void {
    this.#put(evictionOf(index), 0, 0, 0);
  }

  #put(first: number, at: number, zoneOffset: number, value: number): void {
    this.#pushed++;
    const displaced = this.#ring.push(first, at, zoneOffset, value);
    if (displaced === undefined) return;
    if (!isEviction(displaced)) this.#options.onDropped(displaced);
    else if (this.#options.onDisplaced(evictedBy(displaced))) this.#displaced.push(evictedBy(displaced));
  }

  /** @returns (n, 4) the oldest `most` rows, fewer where fewer wait, and before them every eviction that was displaced */
  take(most: number): Float64Array {
    const displaced = this.#displaced;
    this.#displaced = [];
    const count = Math.min(most, this.#ring.length);
    const rows = new Float64Array((displaced.length + count) * STEP_WIDTH);
    displaced.forEach((index, i) => {
      rows[i * STEP_WIDTH] = evictionOf(index);
    });
    this.#ring.take(rows, displaced.length * STEP_WIDTH);
    return rows;
  }
}
