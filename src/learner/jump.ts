import type { Stateful, StateIo } from '../model/stateIo.ts';
import { rate } from './exponential.ts';

const FIRST_ROWS = 30;
const WARM_UP = 200;
const FORGETTING = 1 / 50;
/** One error counts at most so many of the hour's. */
const CAP = 10;
/** A jump of twice the largest one so far is an alert … */
const NEWS = 2;
/** … and then counts as twice the largest one at most, so that one fault does not hide the next. */
const GROWTH = 2;
/** Alerts of one size, at least so many rows apart, after which an error of that size is known. Four equal faults are found four times. */
const EVENTS = 4;
const APART = 20;
/** So many times the smallest of them is the same size. */
const SAME = 1.5;
/** In errors of the hour: what counts as a jump at all. */
const LEAST = 5;

/**
 * One error far beyond those of the last 50 rows, measured by the largest such jump so far. Finds the single reading that
 * is well within the range but not at this hour, and learns where jumps are part of life: a pump that switches.
 */
export class Jump implements Stateful {
  #errors = 0;
  #ofTheHour = 0;
  #largest = LEAST;
  /** Ring of the errors, in the sensor's unit, that were alerts or would have been. */
  readonly #events: Float64Array = new Float64Array(EVENTS);
  #eventCount = 0;
  #lastEvent: number = Number.NEGATIVE_INFINITY;
  /** In the sensor's unit: errors up to about this size are known. */
  #expected = 0;

  /** @returns 0 for what was seen before, 1 at twice the largest jump so far. `floor` as for `Surprise`. */
  update(error: number, floor: number): number {
    const size = Math.min(Math.abs(error), 1e100);
    const scale = Math.max(this.#ofTheHour, floor, 1e-100);
    const jump = size / scale;
    this.#errors++;
    const isWarm = this.#errors > WARM_UP;
    const news = isWarm ? Math.max(0, jump / this.#largest - 1) / (NEWS - 1) : 0;
    const score = this.#isKnown(size) ? 0 : news;
    if (news >= 1) this.#note(size);
    if (this.#errors > FIRST_ROWS) this.#learn(isWarm ? Math.min(jump, GROWTH * this.#largest) : jump);
    const capped = this.#errors > FIRST_ROWS ? Math.min(size, CAP * scale) : size;
    this.#ofTheHour += rate(this.#errors, FORGETTING) * (capped - this.#ofTheHour);
    return score;
  }

  #learn(jump: number): void {
    if (jump > this.#largest) this.#largest = jump;
  }

  /** Errors of this size, in the sensor's unit, are known from now on, whatever those of the hour are. */
  expect(size: number): void {
    this.#expected = Math.max(this.#expected, size);
  }

  #isKnown(size: number): boolean {
    const ofEvents = this.#eventCount >= EVENTS ? Math.min(...this.#events) : 0;
    return size <= SAME * Math.max(this.#expected, ofEvents);
  }

  #note(size: number): void {
    if (this.#errors - this.#lastEvent < APART) return;
    this.#events[this.#eventCount % EVENTS] = size;
    this.#eventCount++;
    this.#lastEvent = this.#errors;
  }

  exchange(io: StateIo): void {
    this.#errors = io.number('errors', this.#errors);
    this.#ofTheHour = io.number('ofTheHour', this.#ofTheHour);
    this.#largest = io.number('largest', this.#largest);
    io.array('events', this.#events);
    this.#eventCount = io.number('eventCount', this.#eventCount);
    this.#lastEvent = io.number('lastEvent', this.#lastEvent);
    this.#expected = io.number('expected', this.#expected);
  }
}
