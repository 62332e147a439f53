import { type DurationMs, toDurationMs } from '../../../domain/time.ts';

export interface BackOffOptions {
  /** Failures in a row so far; 0 = the first retry. */
  readonly failures: number;
  readonly first: DurationMs;
  readonly max: DurationMs;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const JITTER = 0.2;

/** Doubles from `first` to `max`; ±20 %, so that a broker that comes back is not met by all its clients at once. */
export function backOff({ failures, first, max, random }: BackOffOptions): DurationMs {
  // 2^30 is beyond any cap, and keeps the product finite after years of failures.
  const base = Math.min(max, first * 2 ** Math.min(failures, 30));
  return toDurationMs(Math.round(base * (1 - JITTER + 2 * JITTER * random())));
}
