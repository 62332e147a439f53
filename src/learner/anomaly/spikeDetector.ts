import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { rate } from '../exponential.ts';
import { FAULT_SCORE } from './faultRules.ts';
import { Sizes } from './sizes.ts';

const FIRST_ROWS = 30;
const WARM_UP = 200;
const FORGETTING = 1 / 50;
/** Multiple of the hour's errors that one error counts at most. */
const CAP = 10;
/** A jump of twice the largest one so far is an alert … */
const NEWS = 2;
/** … and then counts as twice the largest one at most, so that one fault does not hide the next. */
const GROWTH = 2;
/**
 * Number of alerts of one size, at least APART rows apart, after which an error of that size is known. Four equal
 * faults are found four times.
 */
const EVENTS = 4;
const APART = 20;
/** The same for alerts after which the series stays at one place, as a total that is reset to 0 each day: from the third on it is known. */
const ARRIVALS = 2;
/** Share of the size of the jump: two arrivals within it are at one place. */
const SAME_PLACE = 0.05;
/** Share of the size of the jump: a series that goes back by it at once did not stay. */
const RETURN = 0.5;
/** Rows after a habitual jump in which forecasts find back. */
const AFTERMATH = 30;
/** Multiple of the smallest of them up to which a size is the same. */
const SAME = 1.5;
/** In errors of the hour: what counts as a jump at all. */
const LEAST = 5;

/**
 * One error far beyond those of the last 50 rows, measured by the largest such jump so far. Finds the single reading that
 * is well within the range but not at this hour, and learns where jumps are part of life: a pump that switches.
 */
export class SpikeDetector implements Stateful {
  #errors = 0;
  #ofTheHour = 0;
  #largest = LEAST;
  /** Ring of the errors, in the sensor's unit, that were alerts or would have been. */
  readonly #events: Float64Array = new Float64Array(EVENTS);
  /** Where the series was after each of them; NaN where it did not stay. */
  readonly #places: Float64Array = new Float64Array(EVENTS).fill(Number.NaN);
  #eventCount = 0;
  /** With the sign of its error. */
  #lastSize = 0;
  #lastHabit: number = Number.NEGATIVE_INFINITY;
  #lastEvent: number = Number.NEGATIVE_INFINITY;
  /** In the sensor's unit: errors up to about this size are known. */
  #expected = 0;
  readonly #faults: Sizes;

  /** @param faults sizes of jumps, in the sensor's unit, that never become known: each scores 2 and more. Default: there are none */
  constructor(faults: Sizes = new Sizes()) {
    this.#faults = faults;
  }

  /**
   * @param floor as for `Surprise` @param reading where the series is now
   * @returns 0 for what was seen before, 1 at twice the largest jump so far
   */
  update(error: number, floor: number, reading: number = Number.NaN): number {
    const size = Math.min(Math.abs(error), 1e100);
    const scale = Math.max(this.#ofTheHour, floor, 1e-100);
    const jump = size / scale;
    this.#errors++;
    const isWarm = this.#errors > WARM_UP;
    const news = isWarm ? Math.max(0, jump / this.#largest - 1) / (NEWS - 1) : 0;
    const isFault = isWarm && this.#faults.isLike(size);
    const isHabit = news >= 1 && !isFault && this.#isHabit(size, reading);
    if (isHabit) this.#lastHabit = this.#errors;
    const score = isHabit || (!isFault && this.#isKnown(size)) ? 0 : Math.max(news, isFault ? FAULT_SCORE : 0);
    this.#watchReturn(error);
    if (news >= 1 && !isFault) this.note(error < 0 ? -size : size, reading);
    if (this.#errors > FIRST_ROWS && !isFault) this.#learn(isWarm ? Math.min(jump, GROWTH * this.#largest) : jump);
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

  /** A jump to where others of this size have led. */
  #isHabit(size: number, reading: number): boolean {
    let arrivals = 0;
    for (let i = 0; i < EVENTS; i++) {
      const isSameSize = size <= SAME * this.#events[i];
      if (isSameSize && Math.abs(reading - this.#places[i]) <= SAME_PLACE * size) arrivals++;
    }
    return arrivals >= ARRIVALS;
  }

  /** The errors of these rows are those that follow each of such jumps. */
  get isAfterHabit(): boolean {
    return this.#errors - this.#lastHabit < AFTERMATH;
  }

  /** An error as large to the other side, soon after: the series has gone back. */
  #watchReturn(error: number): void {
    if (this.#eventCount === 0 || this.#errors - this.#lastEvent >= APART) return;
    const isReturn = error * this.#lastSize < 0 && Math.abs(error) >= RETURN * Math.abs(this.#lastSize);
    if (isReturn) this.#places[(this.#eventCount - 1) % EVENTS] = Number.NaN;
  }

  /**
   * An alert, of this channel or of the input guard for a reading that became the new level.
   * @param size in the sensor's unit, with its sign
   */
  note(size: number, reading: number): void {
    if (this.#errors - this.#lastEvent < APART) return;
    this.#events[this.#eventCount % EVENTS] = Math.abs(size);
    this.#places[this.#eventCount % EVENTS] = reading;
    this.#eventCount++;
    this.#lastEvent = this.#errors;
    this.#lastSize = size;
  }

  exchange(io: StateIo): void {
    this.#errors = io.number('errors', this.#errors);
    this.#ofTheHour = io.number('ofTheHour', this.#ofTheHour);
    this.#largest = io.number('largest', this.#largest);
    io.array('events', this.#events);
    io.array('places', this.#places);
    this.#lastSize = io.number('lastSize', this.#lastSize);
    this.#lastHabit = io.number('lastHabit', this.#lastHabit);
    this.#eventCount = io.number('eventCount', this.#eventCount);
    this.#lastEvent = io.number('lastEvent', this.#lastEvent);
    this.#expected = io.number('expected', this.#expected);
  }
}
