/** Slots of a new queue. A power of two, as every later number of slots: the index wraps by a mask. */
const FIRST_SLOTS = 64;

/**
 * First in, first out, in a ring: no element ever moves. The ring doubles on demand, so that an idle queue costs nothing,
 * and stays at the size that the largest burst so far needed. It has no bound of its own: its owner decides what is let in.
 */
export class Queue<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(FIRST_SLOTS).fill(undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The oldest, which stays. */
  peek(): T | undefined {
    return this.#slots[this.#head];
  }

  push(item: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length++;
  }

  /** Takes the oldest out; undefined: the queue is empty. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head];
    // Holding on to what has left would keep it in memory until the ring comes round.
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length--;
    return item;
  }

  #grow(): void {
    const slots = new Array<T | undefined>(this.#slots.length * 2).fill(undefined);
    for (let i = 0; i < this.#length; i++) slots[i] = this.#slots[(this.#head + i) & (this.#slots.length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}
