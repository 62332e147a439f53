import type { Stateful, StateIo } from '../model/stateIo.ts';

/** Mean absolute error in which an error `k` rows old weighs discount^k. */
export class DiscountedLoss implements Stateful {
  readonly #discount: number;
  #sum = 0;
  #weight = 0;

  constructor(discount: number) {
    this.#discount = discount;
  }

  add(absoluteError: number): void {
    this.#sum = this.#discount * this.#sum + absoluteError;
    this.#weight = this.#discount * this.#weight + 1;
  }

  /** Rows that count, discounted: at most 1/(1 − discount). */
  get weight(): number {
    return this.#weight;
  }

  /** NaN while there is no error. */
  get mean(): number {
    return this.#sum / this.#weight;
  }

  exchange(io: StateIo): void {
    if (io.version < 3) {
      this.#sum = io.number('sum', 0);
      this.#weight = io.number('weight', 0);
    }
    const numbers = Float64Array.of(this.#sum, this.#weight);
    io.array('numbers', numbers);
    [this.#sum, this.#weight] = numbers as unknown as readonly [number, number];
  }
}
