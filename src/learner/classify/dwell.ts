import type { Span } from '../../domain/streamSettings.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** A class of this probability is published at once. */
const SURE = 0.6;
const NONE = -1;

/** Keeps the published class from flickering: a new one must be the most likely for a while, or be likely enough. */
export class Dwell implements Stateful {
  readonly #span: Span;
  #published = NONE;
  #candidate = NONE;
  /** Rows and time since the candidate came up. */
  #rows = 0;
  #since = 0;
  #publishedSince = 0;

  constructor(span: Span) {
    this.#span = span;
  }

  /** @param label the most likely class @param at time of the row, ms @returns the class to publish */
  publish(label: number, probability: number, at: number): number {
    if (label !== this.#candidate) {
      this.#candidate = label;
      this.#rows = 0;
      this.#since = at;
    }
    this.#rows++;
    const isNew = label !== this.#published;
    if (isNew && (this.#published === NONE || probability >= SURE || this.#hasDwelt(at))) {
      this.#published = label;
      this.#publishedSince = at;
    }
    return this.#published;
  }

  /** Time of the row from which on the published class has been published, ms. */
  get publishedSince(): number {
    return this.#publishedSince;
  }

  #hasDwelt(at: number): boolean {
    return 'rows' in this.#span ? this.#rows >= this.#span.rows : at - this.#since >= this.#span.time;
  }

  /** @param from (new C): place of each class among those so far */
  changeClasses(from: readonly number[]): void {
    this.#published = from.indexOf(this.#published);
    this.#candidate = from.indexOf(this.#candidate);
  }

  exchange(io: StateIo): void {
    const numbers = Float64Array.of(this.#published, this.#candidate, this.#rows, this.#since, this.#publishedSince);
    io.array('numbers', numbers);
    [this.#published, this.#candidate, this.#rows, this.#since, this.#publishedSince] =
      numbers as unknown as readonly number[] & {
        readonly length: 5;
      };
  }
}
