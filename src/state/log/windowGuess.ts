import type { EpochMs } from '../../domain/time.ts';

/** Fewer are too few to tell a broker that waits from sensors that rest. */
const LEAST = 8;

/**
 * How many unacknowledged messages the broker sends before it waits. It may be fewer than it was told: many have a limit of their own
 * (10 to 100), and no packet says so. It shows all the same: messages come until so many wait, then none for long, and
 * many at once as soon as they are acknowledged. A guess that is wrong costs commits, and falls as soon as more wait than it says.
 */
export class WindowGuess {
  /** Messages that wait for their acknowledgement, and the most at once since none did. */
  #waiting = 0;
  #peak = 0;
  /** When the first and the last of them came. */
  #first: EpochMs = 0 as EpochMs;
  #last: EpochMs = 0 as EpochMs;
  /** So many waited while nothing came; if the next come in a rush until then, the broker had waited. */
  #held = 0;
  #rushUntil = Number.NEGATIVE_INFINITY;
  #rush = 0;
  #guess = Number.POSITIVE_INFINITY;

  /** Infinite where nothing speaks for a limit. */
  get window(): number {
    return this.#guess;
  }

  /** A message has come that is to be acknowledged. */
  came(now: EpochMs): void {
    if (this.#waiting === 0) {
      this.#first = now;
      this.#peak = 0;
    }
    this.#last = now;
    this.#peak = Math.max(this.#peak, ++this.#waiting);
    if (this.#peak > this.#guess) this.#guess = Number.POSITIVE_INFINITY;
    if (now <= this.#rushUntil && ++this.#rush * 2 >= this.#held) this.#guess = this.#held;
  }

  /** The oldest that waits was acknowledged. */
  acknowledged(now: EpochMs): void {
    if (--this.#waiting > 0) return;
    const silence = now - this.#last;
    const isHeld = this.#peak >= LEAST && silence > 2 * (this.#last - this.#first);
    this.#held = this.#peak;
    this.#rush = 0;
    this.#rushUntil = isHeld ? now + silence / 2 : Number.NEGATIVE_INFINITY;
  }
}
