import type { EpochMs } from '../../domain/time.ts';
import { type Cadence, toCadence } from './cadence.ts';

const INTERVALS_KEPT = 32;
const VALUES_KEPT = 16;

/** One of the last readings of a field. */
export interface HeardValue {
  /** Number of its message: fields of one message have the same. */
  readonly message: number;
  readonly value: number;
}

/** Record of one field: its pace and its last values. Bounded. */
export class FieldHistory {
  lastValue: number = Number.NaN;
  /** Live arrivals; 0: only an old, retained reading was seen. */
  count = 0;
  /** Readings that were whole and higher than the one before, in a row up to now. */
  rises = 0;
  readonly #intervalsMs: number[] = [];
  readonly #values: HeardValue[] = [];
  #lastAt: EpochMs | undefined;

  note(value: number, message: number, { receivedAt, retained }: { receivedAt: EpochMs; retained: boolean }): void {
    this.rises = Number.isInteger(value) && value > this.lastValue ? this.rises + 1 : 0;
    this.lastValue = value;
    this.#values.push({ message, value });
    if (this.#values.length > VALUES_KEPT) this.#values.shift();
    // The broker replays retained readings at subscribe time: their arrival says nothing about the device's pace.
    if (retained) return;
    this.count += 1;
    if (this.#lastAt !== undefined) this.#intervalsMs.push(Math.max(0, receivedAt - this.#lastAt));
    if (this.#intervalsMs.length > INTERVALS_KEPT) this.#intervalsMs.shift();
    this.#lastAt = receivedAt;
  }

  get cadence(): Cadence {
    return toCadence(this.#intervalsMs);
  }

  get values(): readonly HeardValue[] {
    return this.#values;
  }
}
