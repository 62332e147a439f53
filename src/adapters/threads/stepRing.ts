/**
 * Steps on their way to a thread: rows of [stream index, at, zoneOffset, value]. An eviction is a row too, so that it keeps
 * its place among the steps: its first number is below zero.
 */
export const STEP_WIDTH = 4;

const FIRST_ROWS = 64;

/** First number of the row that evicts a stream. */
export const evictionOf = (index: number): number => -1 - index;
export const isEviction = (first: number): boolean => first < 0;
/** The stream that an eviction's first number stands for. */
export const evictedBy = (first: number): number => -1 - first;

/** Rows that wait for a thread: a bounded ring of doubles, oldest first. It grows on demand and never shrinks. */
export class StepRing {
  readonly #maxRows: number;
  /** A power of two of doubles: a mask wraps a place. */
  #rows: Float64Array = new Float64Array(FIRST_ROWS * STEP_WIDTH);
  /** Place of the oldest row. */
  #head = 0;
  #length = 0;

  constructor(maxRows: number) {
    this.#maxRows = Math.max(1, maxRows);
  }

  get length(): number {
    return this.#length;
  }

  /** Puts a row in. Where the ring is full the oldest makes room; its first number is given back. */
  push(first: number, at: number, zoneOffset: number, value: number): number | undefined {
    const displaced = this.#length >= this.#maxRows ? this.#shift() : undefined;
    if (this.#length * STEP_WIDTH === this.#rows.length) this.#grow();
    const place = (this.#head + this.#length++ * STEP_WIDTH) & (this.#rows.length - 1);
    this.#rows[place] = first;
    this.#rows[place + 1] = at;
    this.#rows[place + 2] = zoneOffset;
    this.#rows[place + 3] = value;
    return displaced;
  }

  /** Moves the oldest rows out, as many as `target` has place for from `offset` on, and no more than there are. */
  take(target: Float64Array, offset: number): void {
    const size = Math.min(target.length - offset, this.#length * STEP_WIDTH);
    const first = Math.min(size, this.#rows.length - this.#head);
    target.set(this.#rows.subarray(this.#head, this.#head + first), offset);
    target.set(this.#rows.subarray(0, size - first), offset + first);
    this.#head = (this.#head + size) & (this.#rows.length - 1);
    this.#length -= size / STEP_WIDTH;
  }

  #shift(): number {
    const first = this.#rows[this.#head] as number;
    this.#head = (this.#head + STEP_WIDTH) & (this.#rows.length - 1);
    this.#length--;
    return first;
  }

  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    rows.set(this.#rows.subarray(this.#head));
    rows.set(this.#rows.subarray(0, this.#head), this.#rows.length - this.#head);
    this.#rows = rows;
    this.#head = 0;
  }
}
