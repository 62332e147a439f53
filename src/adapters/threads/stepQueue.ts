import type { Step } from '../../domain/sample.ts';
import { StepRing } from './stepRing.ts';
import { evictedBy, evictionOf, flagsOf, isEviction, ROW_HEAD } from './stepRows.ts';

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

  push(index: number, step: Step): void {
    const { at, zoneOffset, value, inputs } = step;
    this.#count(this.#ring.push(index, at, zoneOffset, value, flagsOf(step), inputs));
  }

  evict(index: number): void {
    this.#count(this.#ring.push(evictionOf(index), 0, 0, 0));
  }

  #count(displaced: number | undefined): void {
    this.#pushed++;
    if (displaced === undefined) return;
    if (!isEviction(displaced)) this.#options.onDropped(displaced);
    else if (this.#options.onDisplaced(evictedBy(displaced))) this.#displaced.push(evictedBy(displaced));
  }

  /** @returns the oldest `most` rows, fewer where fewer wait, and before them every eviction that was displaced */
  take(most: number): Float64Array {
    const displaced = this.#displaced;
    this.#displaced = [];
    const count = Math.min(most, this.#ring.length);
    const before = displaced.length * ROW_HEAD;
    const rows = new Float64Array(before + this.#ring.sizeOf(count));
    displaced.forEach((index, i) => {
      rows[i * ROW_HEAD] = evictionOf(index);
    });
    this.#ring.take(count, rows, before);
    return rows;
  }
}
