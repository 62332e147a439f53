import type { Clock, EpochMs } from '../../../domain/time.ts';

/** Fewest messages that tell a broker that waits from sensors that rest. */
const LEAST = 8;

/**
 * Estimates the number of unacknowledged messages that the broker sends before it waits. It may be fewer than the broker was told: many have a limit of their own
 * (10 to 100), and no packet says so. It shows all the same: messages come until that number waits, then none for long, and
 * many at once as soon as they are acknowledged. An estimate that is wrong costs commits, and is dropped as soon as more wait than it says.
 */
export class ReceiveWindowEstimate {
  /** Messages that wait for their acknowledgement, and the most at once since none did. */
  #waiting = 0;
  #peak = 0;
  /** Arrivals of the first and the last of them. */
  #first: EpochMs = 0 as EpochMs;
  #last: EpochMs = 0 as EpochMs;
  /** Messages that waited while nothing came. If the next ones come in a rush until `#rushUntil`, the broker had waited. */
  #held = 0;
  #rushUntil = Number.NEGATIVE_INFINITY;
  #rush = 0;
  #estimate = Number.POSITIVE_INFINITY;

  /** Messages; infinite where nothing speaks for a limit. */
  get window(): number {
    return this.#estimate;
  }

  /** A message has come that is to be acknowledged. */
  came(now: EpochMs): void {
    if (this.#waiting === 0) {
      this.#first = now;
      this.#peak = 0;
    }
    this.#last = now;
    this.#peak = Math.max(this.#peak, ++this.#waiting);
    if (this.#peak > this.#estimate) this.#estimate = Number.POSITIVE_INFINITY;
    if (now <= this.#rushUntil && ++this.#rush * 2 >= this.#held) this.#estimate = this.#held;
  }

  /** The oldest that waits was acknowledged. @param clock asked where none is left */
  acknowledged(clock: Clock): void {
    if (--this.#waiting > 0) return;
    const now = clock.now();
    const silence = now - this.#last;
    const isHeld = this.#peak >= LEAST && silence > 2 * (this.#last - this.#first);
    this.#held = this.#peak;
    this.#rush = 0;
    this.#rushUntil = isHeld ? now + silence / 2 : Number.NEGATIVE_INFINITY;
  }
}
