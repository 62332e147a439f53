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
/** After so many alerts, at least so many rows apart, the smallest of them is known at once. */
const EVENTS = 4;
const APART = 20;
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
  /** Of the alerts since jumps of their size became known: how many, the smallest, and the row of the last. */
  #events = 0;
  #smallest = 0;
  #eventRow = 0;

  /** @returns 0 for what was seen before, 1 at twice the largest jump so far. `floor` as for `Surprise`. */
  update(error: number, floor: number): number {
    const size = Math.min(Math.abs(error), 1e100);
    const scale = Math.max(this.#ofTheHour, floor, 1e-100);
    const jump = size / scale;
    this.#errors++;
    const isWarm = this.#errors > WARM_UP;
    const score = isWarm ? Math.max(0, jump / this.#largest - 1) / (NEWS - 1) : 0;
    if (score >= 1) this.#note(jump);
    if (this.#errors > FIRST_ROWS) this.#learn(isWarm ? Math.min(jump, GROWTH * this.#largest) : jump);
    const capped = this.#errors > FIRST_ROWS ? Math.min(size, CAP * scale) : size;
    this.#ofTheHour += rate(this.#errors, FORGETTING) * (capped - this.#ofTheHour);
    return score;
  }

  #learn(jump: number): void {
    if (jump > this.#largest) this.#largest = jump;
  }

  #note(jump: number): void {
    if (this.#events > 0 && this.#errors - this.#eventRow < APART) return;
    this.#smallest = this.#events === 0 ? jump : Math.min(this.#smallest, jump);
    this.#eventRow = this.#errors;
    this.#events++;
    if (this.#events < EVENTS) return;
    this.#events = 0;
    this.#learn(this.#smallest);
  }

  exchange(io: StateIo): void {
    this.#errors = io.number('errors', this.#errors);
    this.#ofTheHour = io.number('ofTheHour', this.#ofTheHour);
    this.#largest = io.number('largest', this.#largest);
    this.#events = io.number('events', this.#events);
    this.#smallest = io.number('smallest', this.#smallest);
    this.#eventRow = io.number('eventRow', this.#eventRow);
  }
}
