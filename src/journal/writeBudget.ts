import type { EpochMs } from '../domain/time.ts';

const DAY_MS = 86_400_000;
/** What may be saved up: a restart or a new day must not set off a day's writing at once. */
const SAVED_UP_DAYS = 1 / 8;

/** Bytes that may be written: as many a day as the flash is meant to bear, given out evenly. May go below zero. */
export class WriteBudget {
  readonly #perDay: number;
  #bytes: number;
  #at: EpochMs;

  constructor(bytesPerDay: number, now: EpochMs) {
    this.#perDay = bytesPerDay;
    this.#bytes = bytesPerDay * SAVED_UP_DAYS;
    this.#at = now;
  }

  /** Bytes that are left at this moment. */
  left(now: EpochMs): number {
    // A clock that goes back gives nothing, one that leaps ahead no more than what may be saved up.
    const elapsed = Math.max(0, now - this.#at);
    this.#at = now;
    this.#bytes = Math.min(this.#perDay * SAVED_UP_DAYS, this.#bytes + (elapsed / DAY_MS) * this.#perDay);
    return this.#bytes;
  }

  spend(bytes: number): void {
    // What cannot be avoided is paid back within a day and not for ever.
    this.#bytes = Math.max(-this.#perDay, this.#bytes - bytes);
  }
}
