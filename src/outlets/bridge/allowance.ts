/** Bounds of how often something may happen. */
export interface Pace {
  /** Times a second. */
  readonly perSecond: number;
  /** Times at once, after a rest. */
  readonly atOnce: number;
}

/** Allowance that fills up with time. */
export class Allowance {
  readonly #pace: Pace;
  #left: number;
  #at: number;

  /** @param now ms of a clock that only runs forward */
  constructor(pace: Pace, now: number) {
    this.#pace = pace;
    this.#left = pace.atOnce;
    this.#at = now;
  }

  /** @returns false: there is nothing left now */
  take(now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1000) * this.#pace.perSecond;
    this.#left = Math.min(this.#pace.atOnce, this.#left + earned);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
