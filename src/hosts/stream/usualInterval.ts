import { fromPlain } from './plainNumber.ts';

/** An odd number of intervals: the middle one is the usual one, whatever two of them were. */
const REMEMBERED = 5;
/** Shorter ones come from times that were set apart by force, and say nothing of the sensor. */
const SHORTEST_MS = 0.01;

/** Usual time from one reading of a stream to the next, ms: the median of the last five intervals. */
export class UsualInterval {
  #intervals: number[] = [];

  note(interval: number): void {
    if (!(interval >= SHORTEST_MS)) return;
    if (this.#intervals.length >= REMEMBERED) this.#intervals.shift();
    this.#intervals.push(interval);
  }

  /** NaN before the second reading. */
  get value(): number {
    const sorted = [...this.#intervals].sort((a, b) => a - b);
    return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  }

  save(): readonly number[] {
    return [...this.#intervals];
  }

  load(saved: unknown): void {
    const plain: readonly unknown[] = Array.isArray(saved) ? saved : [];
    this.#intervals = plain.map(fromPlain).filter((interval) => interval >= SHORTEST_MS);
  }
}
