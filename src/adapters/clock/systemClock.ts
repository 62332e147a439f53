import { type Clock, toEpochMs } from '../../domain/time.ts';

/** Where the time comes from; tests give their own. */
export interface TimeSources {
  /** Wall clock, epoch ms: may be set back. */
  readonly wall: () => number;
  /** Milliseconds since some moment: never goes back. */
  readonly monotonic: () => number;
}

const FAR_MS = 3_600_000;
const CONFIRMED_MS = 60_000;

const SYSTEM: TimeSources = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * The computer's wall clock, except that it does not go back for a little: where the wall clock is set back, it runs on from
 * the last time given out. A daemon would otherwise refuse every reading as old until the time before is reached again. Only
 * where the wall clock stays behind by more than an hour for a minute it is followed: then the time before was the wrong one.
 */
export function createSystemClock({ wall, monotonic }: TimeSources = SYSTEM): Clock {
  /** Distance of the wall clock behind the time that was given out, ms; 0 in a world without corrections. */
  let behind = 0;
  let last = Number.NEGATIVE_INFINITY;
  let lastMonotonic = 0;
  /** Since when the wall clock has been far behind; undefined: it is not. */
  let farSince: number | undefined;
  return {
    now() {
      const elapsed = monotonic();
      const time = wall();
      // The wall clock has caught up, or was put right again.
      if (time >= last) behind = 0;
      if (time + behind < last) behind = last + Math.max(0, Math.floor(elapsed - lastMonotonic)) - time;
      farSince = behind > FAR_MS ? (farSince ?? elapsed) : undefined;
      if (farSince !== undefined && elapsed - farSince >= CONFIRMED_MS) behind = 0;
      last = time + behind;
      lastMonotonic = elapsed;
      return toEpochMs(last);
    },
  };
}
