import type { Stateful, StateIo } from '../model/stateIo.ts';

/** Number of doubted readings in a row that are a new level: the faults of sensors and lines are shorter. */
export const LASTING = 12;

/** The doubted readings since the last believed one, and the rows in which they came. */
export class Doubt implements Stateful {
  readonly #values: Float64Array = new Float64Array(LASTING);
  readonly #rows: Uint32Array = new Uint32Array(LASTING);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The doubted readings have lasted as long as a new level. */
  get isLasting(): boolean {
    return this.#count === LASTING;
  }

  add(value: number, row: number): void {
    this.#values[this.#count] = value;
    this.#rows[this.#count] = row;
    this.#count++;
  }

  clear(): void {
    this.#count = 0;
  }

  value(index: number): number {
    return this.#values[index];
  }

  row(index: number): number {
    return this.#rows[index];
  }

  /** NaN where there is none. */
  get newest(): number {
    return this.#count > 0 ? this.value(this.#count - 1) : Number.NaN;
  }

  /** Median of all of them, in the sensor's unit. */
  get median(): number {
    const sorted = this.#values.slice(0, this.#count).sort();
    const upper = sorted[this.#count >> 1];
    const lower = sorted[(this.#count - 1) >> 1];
    return 0.5 * lower + 0.5 * upper;
  }

  exchange(io: StateIo): void {
    io.array('values', this.#values);
    io.array('rows', this.#rows);
    this.#count = io.number('count', this.#count);
  }
}
