import { ROW_HEAD, widthOf } from './stepRows.ts';

const FIRST_SIZE = 512;
const NO_INPUTS: readonly number[] = [];

/** Rows that wait for a thread: a bounded ring of doubles, oldest first. It grows on demand and never shrinks. */
export class StepRing {
  readonly #maxRows: number;
  /** A power of two of doubles: a mask wraps a place. */
  #rows: Float64Array = new Float64Array(FIRST_SIZE);
  /** Place of the oldest row. */
  #head = 0;
  /** Doubles in use. */
  #size = 0;
  #length = 0;

  constructor(maxRows: number) {
    this.#maxRows = Math.max(1, maxRows);
  }

  /** Rows that wait. */
  get length(): number {
    return this.#length;
  }

  /** Puts a row in. Where the ring is full the oldest makes room; its first number is given back. */
  push(
    first: number,
    at: number,
    zoneOffset: number,
    value: number,
    flags = 0,
    inputs: readonly number[] = NO_INPUTS,
  ): number | undefined {
    const displaced = this.#length >= this.#maxRows ? this.#shift() : undefined;
    while (this.#size + ROW_HEAD + inputs.length > this.#rows.length) this.#grow();
    this.#length++;
    this.#append(first);
    this.#append(at);
    this.#append(zoneOffset);
    this.#append(value);
    this.#append(flags);
    this.#append(inputs.length);
    for (let i = 0; i < inputs.length; i++) this.#append(inputs[i] as number);
    return displaced;
  }

  #append(number: number): void {
    this.#rows[(this.#head + this.#size++) & this.#mask] = number;
  }

  /** Doubles of the oldest `count` rows. */
  sizeOf(count: number): number {
    let size = 0;
    for (let row = 0; row < count; row++) size += widthOf(this.#rows, this.#head + size, this.#mask);
    return size;
  }

  /** Moves the oldest `count` rows out to `target`, from `offset` on. There have to be so many. */
  take(count: number, target: Float64Array, offset: number): void {
    const size = this.sizeOf(count);
    const first = Math.min(size, this.#rows.length - this.#head);
    target.set(this.#rows.subarray(this.#head, this.#head + first), offset);
    target.set(this.#rows.subarray(0, size - first), offset + first);
    this.#forget(count, size);
  }

  #shift(): number {
    const first = this.#rows[this.#head] as number;
    this.#forget(1, this.sizeOf(1));
    return first;
  }

  #forget(count: number, size: number): void {
    this.#head = (this.#head + size) & this.#mask;
    this.#size -= size;
    this.#length -= count;
  }

  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    rows.set(this.#rows.subarray(this.#head));
    rows.set(this.#rows.subarray(0, this.#head), this.#rows.length - this.#head);
    this.#rows = rows;
    this.#head = 0;
  }

  get #mask(): number {
    return this.#rows.length - 1;
  }
}
