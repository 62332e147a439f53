import { fromPlain } from './plainNumber.ts';

/** An odd number of intervals: the middle one is the usual one, whatever two of them were. */
const REMEMBERED = 5;
/** Shorter ones come from times that were set apart by force, and say nothing of the sensor. */
const SHORTEST_MS = 0.01;
const MOST_BLUR_MS = 30_000;

/** Usual time from one reading of a stream to the next, ms: the median of the last five intervals. */
export class UsualInterval {
  /** The intervals, the oldest at `#oldest` where all places are taken. */
  readonly #intervals = new Float64Array(REMEMBERED);
  #count = 0;
  #oldest = 0;

  note(interval: number): void {
    if (!(interval >= SHORTEST_MS)) return;
    if (this.#count < REMEMBERED) {
      this.#intervals[this.#count++] = interval;
      return;
    }
    this.#intervals[this.#oldest] = interval;
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
  }

  /** NaN before the second reading; of an even number the lower one of the middle. */
  get value(): number {
    const middle = (this.#count - 1) >> 1;
    for (let i = 0; i < this.#count; i++) if (this.#hasRank(i, middle)) return this.#intervals[i];
    return Number.NaN;
  }

  /** Two recorders note one reading at times that differ by less, ms: half of the usual interval, at most half a minute. */
  get blur(): number {
    const { value } = this;
    return value > 0 ? Math.min(value / 2, MOST_BLUR_MS) : 0;
  }

  /** Tells if the interval at a place is the one of this rank, counted from the shortest. */
  #hasRank(place: number, rank: number): boolean {
    const interval = this.#intervals[place];
    let shorter = 0;
    let equal = 0;
    for (let i = 0; i < this.#count; i++) {
      if (this.#intervals[i] < interval) shorter++;
      else if (this.#intervals[i] === interval) equal++;
    }
    return shorter <= rank && rank < shorter + equal;
  }

  save(): readonly number[] {
    return Array.from({ length: this.#count }, (_, i) => this.#intervals[(this.#oldest + i) % REMEMBERED] as number);
  }

  load(saved: unknown): void {
    const plain: readonly unknown[] = Array.isArray(saved) ? saved : [];
    this.#count = 0;
    this.#oldest = 0;
    for (const interval of plain.map(fromPlain)) this.note(interval);
  }
}
