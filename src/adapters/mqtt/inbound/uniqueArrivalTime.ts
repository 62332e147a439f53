import { type Clock, type EpochMs, toEpochMs } from '../../../domain/time.ts';

/** Exact in a double until the year 2248; a thousand of them are a millisecond. */
const STEP_MS = 2 ** -10;

/** No burst runs this far ahead of the clock, at a thousand messages a millisecond: the clock was set back. */
const FAR_MS = 1000;

/**
 * The time of arrival, another one for each message: what a broker has collected while we were away comes in one burst, and of
 * two readings of one stream with the same time only the first would count.
 */
export function createUniqueArrivalTime(clock: Clock): () => EpochMs {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.now();
    // A clock that was set back is followed.
    last = now <= last && now > last - FAR_MS ? last + STEP_MS : now;
    return toEpochMs(last);
  };
}
