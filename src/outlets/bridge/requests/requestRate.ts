import { Allowance, type Pace } from '../allowance.ts';

const SERVED: Pace = { perSecond: 10, atOnce: 20 };
/** Beyond these refusals a flood is only counted: answering it would double it. */
const REFUSED: Pace = { perSecond: 50, atOnce: 100 };

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
