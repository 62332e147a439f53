import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

/** Values that are held against each other in the beginning: until then nothing is known that could bound one of them. */
const FIRST = 20;
/** Number of values from which on two of them may be rubbish, before it one: a fault brings a jump there and one back. */
const TWO = 3;

/**
 * Exponentially weighted mean of squares, α = max(1/n, forgetting), in which no value has an unbounded vote: a square counts
 * at most bound² times the mean so far. A mean of plain squares would follow one reading of 65535 for thousands of rows.
 * Of the first twenty the largest tenth is bounded by the mean of all others: a bound that comes from an outlier bounds nothing.
 */
export class RobustSquare implements Stateful {
  readonly #forgetting: number;
  readonly #bound: number;
  #n = 0;
  #mean = 0;
  /** The two largest of the first values, and the sum of all others. */
  #largest = 0;
  #second = 0;
  #others = 0;

  /** @param bound in roots of the mean: what one value counts at most */
  constructor(forgetting: number, bound: number) {
    this.#forgetting = forgetting;
    this.#bound = bound * bound;
  }

  /** Most that a square counts. A reference of 0 bounds nothing. @param reference the mean that it is compared with */
  limit(reference: number): number {
    return this.#n < FIRST || reference === 0 ? Number.POSITIVE_INFINITY : this.#bound * reference;
  }

  /** @param limit what the square counts at most; without effect on the first twenty */
  add(square: number, limit: number): void {
    this.#n++;
    if (this.#n <= FIRST) this.#begin(square);
    else this.#mean += rate(this.#n, this.#forgetting) * (Math.min(square, limit) - this.#mean);
  }

  #begin(square: number): void {
    if (square > this.#largest) {
      this.#others += this.#second;
      this.#second = this.#largest;
      this.#largest = square;
    } else if (square > this.#second) {
      this.#others += this.#second;
      this.#second = square;
    } else this.#others += square;
    if (this.#n === 1) {
      this.#mean = square;
      return;
    }
    const bounded = this.#n < TWO ? 1 : 2;
    const others = bounded === 1 ? this.#others + this.#second : this.#others;
    const limit = this.#bound * (others / (this.#n - bounded));
    const second = bounded === 1 ? 0 : Math.min(this.#second, limit);
    this.#mean = (others + second + Math.min(this.#largest, limit)) / this.#n;
  }

  /** 0 before the first value. */
  get mean(): number {
    return this.#mean;
  }

  /** Goes on from a plain mean of squares, as earlier formats have it. */
  adopt(count: number, mean: number): void {
    this.#n = count;
    this.#mean = mean;
  }

  /** All in one: a stream has many of these, and a name in its snapshot for each number would take more than the numbers. */
  exchange(io: StateIo): void {
    const numbers = Float64Array.of(this.#n, this.#mean, this.#largest, this.#second, this.#others);
    io.array('numbers', numbers);
    [this.#n, this.#mean, this.#largest, this.#second, this.#others] = numbers as unknown as Five;
  }
}

type Five = readonly [number, number, number, number, number];
