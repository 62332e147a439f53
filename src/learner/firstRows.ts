import type { Step } from '../domain/sample.ts';
import { type DurationMs, type EpochMs, toDurationMs, toEpochMs } from '../domain/time.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';

/** From the first reading on. Enough of them to tell what is usual from what is a fault. */
const FIRST_ROWS = 30;

/** The first rows of a stream, kept until they can be judged together: one reading alone says nothing of what is usual. */
export class FirstRows implements Stateful {
  readonly #inputs: number;
  /** Per row: time, reading, then the other fields of the message. undefined: they have been judged. */
  #rows: Float64Array | undefined;
  /** Local time − UTC, ms: whole seconds within a day, which float32 holds as they are. */
  readonly #zoneOffsets: Float32Array = new Float32Array(FIRST_ROWS);
  /** Bit of a row: its reading was old when it came. */
  #late = 0;
  #count = 0;

  /** @param inputs how many other fields of the message come along */
  constructor(inputs: number) {
    this.#inputs = inputs;
    this.#rows = new Float64Array(FIRST_ROWS * (2 + inputs));
  }

  /** Rows are still to come, or to be judged. */
  get isOpen(): boolean {
    return this.#rows !== undefined;
  }

  get isFull(): boolean {
    return this.#count === FIRST_ROWS;
  }

  get count(): number {
    return this.#count;
  }

  /** Without effect before the first reading. */
  add({ at, zoneOffset, value, inputs, late }: Step): void {
    if (this.#rows === undefined || this.isFull || (this.#count === 0 && !Number.isFinite(value))) return;
    const offset = this.#count * (2 + this.#inputs);
    this.#rows[offset] = at;
    this.#rows[offset + 1] = value;
    this.#zoneOffsets[this.#count] = zoneOffset;
    if (late) this.#late |= 1 << this.#count;
    for (let i = 0; i < this.#inputs; i++) this.#rows[offset + 2 + i] = inputs?.[i] ?? Number.NaN;
    this.#count++;
  }

  at(row: number): EpochMs {
    return toEpochMs(this.#cell(row, 0));
  }

  zoneOffset(row: number): DurationMs {
    return toDurationMs(this.#zoneOffsets[row]);
  }

  /** NaN where the row has none. */
  value(row: number): number {
    return this.#cell(row, 1);
  }

  isLate(row: number): boolean {
    return (this.#late & (1 << row)) !== 0;
  }

  inputs(row: number): number[] {
    return Array.from({ length: this.#inputs }, (_, i) => this.#cell(row, 2 + i));
  }

  #cell(row: number, column: number): number {
    return (this.#rows as Float64Array)[row * (2 + this.#inputs) + column];
  }

  /** They have been judged. */
  close(): void {
    this.#rows = undefined;
    this.#count = 0;
  }

  exchange(io: StateIo): void {
    // Until format 3 there were none.
    const isOpen = io.number('isOpen', Number(this.isOpen && io.version >= 3)) === 1;
    if (!isOpen) this.close();
    if (this.#rows === undefined) return;
    this.#count = io.number('count', this.#count);
    io.array('rows', this.#rows);
    io.array('zoneOffsets', this.#zoneOffsets);
    this.#late = io.number('late', this.#late);
  }
}
