import { type DurationMs, toDurationMs } from '../../domain/time.ts';

/** Rhythm in which a field arrives. */
export interface Cadence {
  /** `unknown`: too few arrivals to tell. */
  readonly kind: 'regular' | 'on-change' | 'unknown';
  /** undefined before the second arrival. */
  readonly medianMs: DurationMs | undefined;
}

/** With fewer intervals any two devices look alike. */
const MIN_INTERVALS = 3;
/** Devices that send on change vary by multiples; clocks, radio and retries by less than this share. */
const REGULAR_SPREAD = 0.3;

/** Regular where the middle half of the intervals lies close to their median. */
export function toCadence(intervalsMs: readonly number[]): Cadence {
  if (intervalsMs.length === 0) return { kind: 'unknown', medianMs: undefined };
  const sorted = [...intervalsMs].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const medianMs = toDurationMs(quantile(0.5));
  if (sorted.length < MIN_INTERVALS) return { kind: 'unknown', medianMs };
  const isRegular = quantile(0.75) - quantile(0.25) <= REGULAR_SPREAD * medianMs;
  return { kind: isRegular ? 'regular' : 'on-change', medianMs };
}
