import type { StateStore, StoreTraffic } from '../domain/stateStore.ts';
import type { EpochMs } from '../domain/time.ts';

const DAY_MS = 86_400_000;
/** Days of budget that may accumulate: a restart or a new day must not set off a day's writing at once. */
const SAVED_UP_DAYS = 1 / 8;

/** Bytes that may be written: never more within a day than the flash is meant to bear, given out evenly. May go below zero. */
export class WriteBudget {
  readonly #perDay: number;
  #bytes: number;
  #at: EpochMs;

  constructor(bytesPerDay: number, now: EpochMs) {
    this.#perDay = bytesPerDay;
    this.#bytes = bytesPerDay * SAVED_UP_DAYS;
    this.#at = now;
  }

  get perDay(): number {
    return this.#perDay;
  }

  /** Gives out what has come up to this moment. @returns how much that was */
  earn(now: EpochMs): number {
    // A clock that goes back gives nothing, one that leaps ahead no more than what may be saved up.
    const days = Math.max(0, now - this.#at) / DAY_MS;
    this.#at = now;
    // With what was saved up it is a day's worth.
    const earned = Math.min(SAVED_UP_DAYS, days * (1 - SAVED_UP_DAYS)) * this.#perDay;
    this.#bytes = Math.min(this.#perDay * SAVED_UP_DAYS, this.#bytes + earned);
    return earned;
  }

  /** Bytes that are left at this moment. */
  left(now: EpochMs): number {
    this.earn(now);
    return this.#bytes;
  }

  spend(bytes: number): void {
    // What cannot be avoided is paid back within a day or so and not for ever.
    this.#bytes = Math.max(-this.#perDay, this.#bytes - bytes);
  }
}

/** Traffic of the store and of the notes beside it. @param bytesBeside default: there are none */
export function trafficWith(store: Pick<StateStore, 'traffic'>, bytesBeside: () => number = () => 0): StoreTraffic {
  const traffic = store.traffic();
  return { ...traffic, bytesWritten: traffic.bytesWritten + bytesBeside() };
}
