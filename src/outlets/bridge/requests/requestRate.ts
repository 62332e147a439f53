/** Requests a second, and most at once. */
const SERVED = { perSecond: 10, atOnce: 20 };
/** Refusals a second; beyond them a flood is only counted: answering it would double it. */
const REFUSED = { perSecond: 50, atOnce: 100 };

/** Allowance that fills up with time. */
class Allowance {
  readonly #rate: typeof SERVED;
  #left: number;
  #at: number;

  constructor(rate: typeof SERVED, now: number) {
    this.#rate = rate;
    this.#left = rate.atOnce;
    this.#at = now;
  }

  take(now: number): boolean {
    const earned = (Math.max(0, now - this.#at) / 1000) * this.#rate.perSecond;
    this.#left = Math.min(this.#rate.atOnce, this.#left + earned);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

/** Decides for each request whether it is served, refused with an answer, or only counted. */
export class RequestRate {
  readonly #served: Allowance;
  readonly #refused: Allowance;

  /** @param now ms of a clock that only runs forward */
  constructor(now: number) {
    this.#served = new Allowance(SERVED, now);
    this.#refused = new Allowance(REFUSED, now);
  }

  judge(now: number): 'serve' | 'refuse' | 'ignore' {
    if (this.#served.take(now)) return 'serve';
    return this.#refused.take(now) ? 'refuse' : 'ignore';
  }
}
