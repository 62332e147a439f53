import type { Stateful, StateIo } from '../model/stateIo.ts';

/** Equal readings in a row that are a rest. */
const REST = 10;
const LEAST_RESTS = 3;
/** Share of the readings that must be at the edge. */
const SHARE = 0.05;

/**
 * The lowest reading of a series (or the highest), and whether the series visibly rests there: power that is off, sun at
 * night, air that is saturated. It has come to rest several times, and no reading has ever been beyond.
 */
export class Edge implements Stateful {
  /** 1: the lowest reading is watched, −1: the highest. */
  readonly #sign: number;
  /** In the direction of the sign, so that it is always the lowest. */
  #edge: number = Number.POSITIVE_INFINITY;
  #readings = 0;
  #run = 0;
  #rests = 0;

  constructor(side: 'lowest' | 'highest') {
    this.#sign = side === 'lowest' ? 1 : -1;
  }

  learn(value: number): void {
    const signed = this.#sign * value;
    if (signed > this.#edge) {
      this.#run = 0;
      return;
    }
    if (signed < this.#edge) {
      this.#edge = signed;
      this.#readings = 0;
      this.#run = 0;
      this.#rests = 0;
    }
    this.#readings++;
    this.#run++;
    if (this.#run === REST) this.#rests++;
  }

  /** Where the series rests; ∓Infinity where it does not. @param readings of the series so far */
  bound(readings: number): number {
    const isResting = this.#rests >= LEAST_RESTS && this.#readings >= SHARE * readings;
    return this.#sign * (isResting ? this.#edge : Number.NEGATIVE_INFINITY);
  }

  exchange(io: StateIo): void {
    const numbers = Float64Array.of(this.#edge, this.#readings, this.#run, this.#rests);
    io.array('numbers', numbers);
    [this.#edge, this.#readings, this.#run, this.#rests] = numbers as unknown as readonly [
      number,
      number,
      number,
      number,
    ];
  }
}
