import { NO_MARKS } from '../domain/marks.ts';
import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, type EpochMs, toDurationMs, toEpochMs } from '../domain/time.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import type { Usual } from './inputGuard.ts';
import { isNoReading } from './noReading.ts';
import type { FaultRows } from './returnedFault.ts';

/** From the first reading on. Enough of them to tell what is usual from what is a fault. */
const JUDGED = 30;
/** A fault that begins within the first sixty is over by then, and those after it can tell. */
const KEPT = 75;
/** Until format 4 only those were kept that are judged at once. */
const KEPT_4 = 30;
/** Bits of a row: its reading was old when it came, or is a fault; above them the marks of its reading. */
const LATE = 1;
const FAULT = 2;
const MARKED = 4;
/** Milliseconds of a minute, and minutes of a day. */
const MINUTE = 60_000;
const DAY = 1440;
/** Share of the jump there within which two faults are at the same place. */
const SAME_PLACE = 0.25;

/** The first rows of a stream, kept while they can be judged together: one reading alone says nothing of what is usual. */
export class FirstRows implements Stateful {
  readonly #inputs: number;
  /** Per row: time, reading, then the other fields of the message. undefined: they have been judged. */
  #rows: Float64Array | undefined;
  /** Local time − UTC in whole minutes, plus a day: no offset is as long. Those of before the time zones had seconds too. */
  readonly #zoneMinutes: Uint16Array = new Uint16Array(KEPT);
  /** Bits of a row. */
  readonly #marks: Uint8Array = new Uint8Array(KEPT);
  #count = 0;

  /** @param inputs how many other fields of the message come along */
  constructor(inputs: number) {
    this.#inputs = inputs;
    this.#rows = new Float64Array(KEPT * (2 + inputs));
  }

  /** Rows are still to come, or to be judged. */
  get isOpen(): boolean {
    return this.#rows !== undefined;
  }

  /** There are just enough to be judged for the first time. */
  get isFirstJudgement(): boolean {
    return this.#count === JUDGED;
  }

  /** There are enough to be judged. */
  get areEnough(): boolean {
    return this.#count >= JUDGED;
  }

  get isFull(): boolean {
    return this.#count === KEPT;
  }

  get count(): number {
    return this.#count;
  }

  /** Without effect before the first reading. */
  add({ at, zoneOffset, value, inputs, marks = NO_MARKS, late }: Step): void {
    if (this.#rows === undefined || this.isFull || (this.#count === 0 && !Number.isFinite(value))) return;
    const offset = this.#count * (2 + this.#inputs);
    this.#rows[offset] = at;
    this.#rows[offset + 1] = value;
    this.#zoneMinutes[this.#count] = toZoneMinutes(zoneOffset);
    this.#marks[this.#count] = (late ? LATE : 0) + MARKED * marks;
    for (let i = 0; i < this.#inputs; i++) this.#rows[offset + 2 + i] = inputs?.[i] ?? Number.NaN;
    this.#count++;
  }

  at(row: number): EpochMs {
    return toEpochMs(this.#cell(row, 0));
  }

  zoneOffset(row: number): DurationMs {
    return toDurationMs((this.#zoneMinutes[row] - DAY) * MINUTE);
  }

  /** The row as its stream took it. */
  step(stream: StreamId, row: number): Step {
    const [at, zoneOffset] = [this.at(row), this.zoneOffset(row)];
    const marks = Math.floor(this.#marks[row] / MARKED);
    const step = { stream, at, zoneOffset, value: this.value(row), inputs: this.inputs(row) };
    return { ...step, ...(marks !== NO_MARKS && { marks }), ...(this.isLate(row) && { late: true }) };
  }

  /** NaN where the row has none. */
  value(row: number): number {
    return this.#cell(row, 1);
  }

  isLate(row: number): boolean {
    return (this.#marks[row] & LATE) !== 0;
  }

  isFault(row: number): boolean {
    return (this.#marks[row] & FAULT) !== 0;
  }

  /** Readings of the rows so far, NaN where one has none, or one that is known to be a fault. */
  get trusted(): readonly number[] {
    return Array.from({ length: this.#count }, (_, row) => (this.isFault(row) ? Number.NaN : this.value(row)));
  }

  /** Readings outside of what the others agree on are faults. */
  distrustOutside({ low, high }: Pick<Usual, 'low' | 'high'>): void {
    for (let row = 0; row < this.#count; row++) {
      const value = this.value(row);
      if (value < low || value > high) this.distrust({ from: row, to: row });
    }
  }

  distrust({ from, to }: FaultRows): void {
    for (let row = from; row <= to; row++) this.#marks[row] = this.#marks[row] | FAULT;
  }

  /** Readings like these were found to be faults before, and are no word for "no reading": they belong to the series. */
  isRecurring({ from, to }: FaultRows): boolean {
    const value = this.value(from);
    if (isNoReading(value)) return false;
    const tolerance = SAME_PLACE * Math.abs(value - this.value(to + 1));
    let isSameFault = true;
    for (let row = from - 1; row >= 0; row--) {
      isSameFault &&= this.isFault(row);
      if (!isSameFault && this.isFault(row) && Math.abs(this.value(row) - value) <= tolerance) return true;
    }
    return false;
  }

  /** None of them is a fault after all. */
  trustAll(): void {
    for (let row = 0; row < this.#count; row++) this.#marks[row] = this.#marks[row] & ~FAULT;
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
    if (io.version < 5) this.#adopt(io, this.#rows);
    else {
      // Rows that have not come yet take no room.
      io.array('rows', this.#rows.subarray(0, this.#count * (2 + this.#inputs)));
      io.array('zoneMinutes', this.#zoneMinutes.subarray(0, this.#count));
      io.array('marks', this.#marks.subarray(0, this.#count));
    }
  }

  #adopt(io: StateIo, rows: Float64Array): void {
    io.array('rows', rows.subarray(0, KEPT_4 * (2 + this.#inputs)));
    const zoneOffsets = new Float32Array(KEPT_4);
    io.array('zoneOffsets', zoneOffsets);
    zoneOffsets.forEach((offset, row) => {
      this.#zoneMinutes[row] = toZoneMinutes(offset);
    });
    const late = io.number('late', 0);
    for (let row = 0; row < KEPT_4; row++) this.#marks[row] = late & (1 << row) ? LATE : 0;
  }
}

function toZoneMinutes(zoneOffset: number): number {
  return Math.round(zoneOffset / MINUTE) + DAY;
}
