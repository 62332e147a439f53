import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { FAULT_SCORE } from './faultRules.ts';
import { Sizes } from './sizes.ts';

/** Rows without a change that are never too many. */
const SHORT = 10;
/** Multiple of the longest run ever that is an alert. */
const NEWS = 2;
/** Runs that must have ended before one can be too long. */
const LEAST_RUNS = 20;
/** Number of runs after which the longest is trusted half as far as after very many: the first hundred say little of the next. */
const YOUNG_RUNS = 40;
/** One run makes the longest so far longer by at most a quarter, so that a stuck sensor does not hide the next time. */
const GROWTH = 1.25;

/**
 * A reading that does not change any more: a sensor that is stuck, a door that stays open. Most series have a value at
 * which they rest (a pump at 0, the night's end of the sun): the value of the longest run so far. There they may stay as
 * long as they like; everywhere else at most twice as long as ever before.
 */
export class FlatlineDetector implements Stateful {
  #value: number = Number.NaN;
  /** Rows at this value so far. */
  #run = 0;
  #rest: number = Number.NaN;
  #restRun = 0;
  /** Number of runs elsewhere that have ended. */
  #runs = 0;
  #longest = 0;
  readonly #faults: Sizes;

  /** @param faults lengths of runs from about which on one is no habit, wherever it is, and scores 2. Default: there are none */
  constructor(faults: Sizes = new Sizes()) {
    this.#faults = faults;
  }

  /** @returns 0 up to the longest run so far, 1 at twice as long; never negative */
  update(value: number, resolution: number): number {
    const tolerance = resolution / 2;
    if (Math.abs(value - this.#value) <= tolerance) this.#run++;
    else this.#begin(value, tolerance);
    if (this.#runs < LEAST_RUNS || this.#isRest(tolerance)) return 0;
    if (this.#faults.isReached(this.#run)) return FAULT_SCORE;
    const excess = Math.max(0, this.#run / Math.max(SHORT, this.#longest) - 1) / (NEWS - 1);
    return excess / (1 + YOUNG_RUNS / this.#runs);
  }

  /** Rows at this value so far. */
  get run(): number {
    return this.#run;
  }

  /** Runs of this length are known from now on. */
  expect(run: number): void {
    if (run > this.#longest) this.#longest = run;
  }

  /** The series does not rest between these places: what it did there was a fault. */
  distrust(low: number, high: number): void {
    if (!(this.#rest >= low && this.#rest <= high)) return;
    this.#rest = Number.NaN;
    this.#restRun = 0;
  }

  #begin(value: number, tolerance: number): void {
    if (this.#faults.isReached(this.#run)) {
      // Neither a place to rest nor a run as any other.
    } else if (this.#isRest(tolerance)) {
      if (this.#run > this.#restRun) this.#restRun = this.#run;
    } else if (this.#run > this.#restRun) {
      // It has been here longer than where it was thought to rest.
      if (this.#restRun > 0) this.#end(this.#restRun);
      this.#rest = this.#value;
      this.#restRun = this.#run;
    } else if (this.#run > 0) this.#end(this.#run);
    this.#value = value;
    this.#run = 1;
  }

  #end(run: number): void {
    this.#runs++;
    const known = this.#runs <= LEAST_RUNS ? run : Math.min(run, GROWTH * this.#longest);
    if (known > this.#longest) this.#longest = known;
  }

  #isRest(tolerance: number): boolean {
    return Math.abs(this.#value - this.#rest) <= tolerance;
  }

  exchange(io: StateIo): void {
    this.#value = io.number('value', this.#value);
    this.#run = io.number('run', this.#run);
    this.#rest = io.number('rest', this.#rest);
    this.#restRun = io.number('restRun', this.#restRun);
    this.#runs = io.number('runs', this.#runs);
    this.#longest = io.number('longest', this.#longest);
  }
}
