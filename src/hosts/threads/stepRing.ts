import { ROW_HEAD, widthOf } from './stepRows.ts';

const FIRST_SIZE = 512;
const NO_INPUTS: readonly number[] = [];

/** Rows that wait for a thread: a ring of doubles, oldest first. It grows on demand and never shrinks; its owner bounds what is put in. */
export class StepRing {
  /** A power of two of doubles: a mask wraps a place. */
  #rows: Float64Array = new Float64Array(FIRST_SIZE);
  /** Place of the oldest row. */
  #head = 0;
  /** Doubles in use. */
  #size = 0;
  #length = 0;
  #pushed = 0;

  /** Rows that wait. */
  get length(): number {
    return this.#length;
  }

  /** Rows that have come in since the start. */
  get pushed(): number {
    return this.#pushed;
  }

  /** Rows that have left since the start. */
  get left(): number {
    return this.#pushed - this.#length;
  }

  push(
    first: number,
    at: number,
    zoneOffset: number,
    value: number,
    flags = 0,
    inputs: readonly number[] = NO_INPUTS,
  ): void {
    while (this.#size + ROW_HEAD + inputs.length > this.#rows.length) this.#grow();
    this.#length++;
    this.#pushed++;
    this.#append(first);
    this.#append(at);
    this.#append(zoneOffset);
    this.#append(value);
    this.#append(flags);
    this.#append(inputs.length);
    for (let i = 0; i < inputs.length; i++) this.#append(inputs[i]);
  }

  #append(number: number): void {
    this.#rows[(this.#head + this.#size++) & this.#mask()] = number;
  }

  /** Doubles of the oldest `count` rows. */
  #sizeOf(count: number): number {
    let size = 0;
    for (let row = 0; row < count; row++) size += widthOf(this.#rows, this.#head + size, this.#mask());
    return size;
  }

  /** Takes the oldest `most` rows out, fewer where fewer wait. */
  take(most: number): Float64Array {
    const count = Math.min(most, this.#length);
    const size = this.#sizeOf(count);
    const rows = new Float64Array(size);
    const first = Math.min(size, this.#rows.length - this.#head);
    rows.set(this.#rows.subarray(this.#head, this.#head + first));
    rows.set(this.#rows.subarray(0, size - first), first);
    this.#head = (this.#head + size) & this.#mask();
    this.#size -= size;
    this.#length -= count;
    return rows;
  }

  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    rows.set(this.#rows.subarray(this.#head));
    rows.set(this.#rows.subarray(0, this.#head), this.#rows.length - this.#head);
    this.#rows = rows;
    this.#head = 0;
  }

  #mask(): number {
    return this.#rows.length - 1;
  }
}
