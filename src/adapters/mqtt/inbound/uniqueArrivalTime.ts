import { type Clock, type EpochMs, toEpochMs } from '../../../domain/time.ts';

/** Exact in a double until the year 2248; a thousand of them are a millisecond. */
const STEP_MS = 2 ** -10;

/** No burst runs this far ahead of the clock, at a thousand messages a millisecond: the clock was set back. */
const FAR_MS = 1000;

/**
 * The time of arrival, another one for each message: what a broker has collected while we were away comes in one burst, and of
 * two readings of one stream with the same time only the first would count. The clock is read once for what has come in one piece: two
 * system calls for each message were a fiftieth of its cost.
 */
export class UniqueArrivalTime {
  readonly #clock: Clock;
  readonly #atEnd: (run: () => void) => void;
  #last = Number.NEGATIVE_INFINITY;
  #isRead = false;

  /** @param atEnd calls back when the piece has been worked through. Default: each message is one */
  constructor(clock: Clock, atEnd: (run: () => void) => void = (run) => run()) {
    this.#clock = clock;
    this.#atEnd = atEnd;
  }

  next(): EpochMs {
    if (this.#isRead) this.#last += STEP_MS;
    else this.#read();
    return toEpochMs(this.#last);
  }

  #read(): void {
    const now = this.#clock.now();
    // A clock that was set back is followed.
    const isBehind = now <= this.#last && now > this.#last - FAR_MS;
    this.#last = isBehind ? this.#last + STEP_MS : now;
    this.#isRead = true;
    this.#atEnd(this.#forget);
  }

  readonly #forget = (): void => {
    this.#isRead = false;
  };
}
