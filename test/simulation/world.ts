import { createRandom } from '../../src/kernel/random.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  isCancelled: boolean;
}

/** Far more than any history has: one that goes on and on without time passing has to end too. */
const MOST_EVENTS = 3_000_000;

/** Virtual time, one event after the other, and one source of chance: the same seed gives the same history. */
export class World {
  now = 0;
  readonly #heap: Event[] = [];
  readonly #random: ReturnType<typeof createRandom>;
  #order = 0;
  #events = 0;
  /** All events, folded into a number. */
  trace = 0;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** Uniform, at least 0 and below `below`. */
  integer(below: number): number {
    return this.#random.integerBelow(below);
  }

  chance(probability: number): boolean {
    return this.integer(1_000_000) < probability * 1_000_000;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  note(text: string): void {
    let hash = this.trace;
    for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    this.trace = (Math.imul(hash, 31) + Math.round(this.now)) | 0;
  }

  schedule(after: number, run: () => void): () => void {
    const event: Event = { at: this.now + Math.max(0, after), order: this.#order++, run, isCancelled: false };
    this.#push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Lets everything happen up to a moment. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      if (next.isCancelled) continue;
      this.now = next.at;
      if (++this.#events > MOST_EVENTS) throw new Error('the history does not come to an end');
      next.run();
      await settle();
    }
    this.now = end;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, heap[parent] as Event)) break;
      heap[place] = heap[parent] as Event;
      place = parent;
    }
    heap[place] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!isBefore(heap[child] as Event, last)) break;
      heap[place] = heap[child] as Event;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** All that promises lead to happens before the next event. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
