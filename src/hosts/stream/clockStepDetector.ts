import type { EpochMs } from '../../domain/time.ts';

const HOUR = 3_600_000;
/** Samples that have to agree: where they are far behind, and where they could be what a device had buffered. */
const ENOUGH_FAR = 8;
const ENOUGH_NEAR = 64;

/**
 * Tells a clock that was put right from samples that are merely late. A stream whose clock once stood in 2036 must not be
 * refused for ten years: old samples in a row, each later than the one before and no newer one among them, are believed
 * after eight, or after 64 where they lie less than an hour back. Only the samples decide, so a replay decides the same.
 */
export class ClockStepDetector {
  /** Old samples in a row that agree, and the time of the last. */
  #count = 0;
  #at: number = Number.NEGATIVE_INFINITY;

  /** @returns whether the sample, older than the newest so far, shows that its clock was put right */
  isBelieved(at: EpochMs, newest: EpochMs): boolean {
    // The same one again says nothing new.
    if (at === this.#at) return false;
    this.#count = at > this.#at ? this.#count + 1 : 1;
    this.#at = at;
    return this.#count >= (newest - at > HOUR ? ENOUGH_FAR : ENOUGH_NEAR);
  }

  /** Where it stands, as plain data. */
  save(): readonly [count: number, at: number] {
    return [this.#count, this.#count === 0 ? 0 : this.#at];
  }

  /** Goes on from there. */
  load(saved: unknown): void {
    const [count, at] = Array.isArray(saved) && saved.length === 2 ? saved.map(Number) : [0, 0];
    this.#count = count as number;
    this.#at = count === 0 ? Number.NEGATIVE_INFINITY : (at as number);
  }

  /** A sample was in order. */
  forget(): void {
    this.#count = 0;
    this.#at = Number.NEGATIVE_INFINITY;
  }
}
