import type { Brand } from './brand.ts';

/** Milliseconds since 1970-01-01T00:00:00Z; may carry a fraction. */
export type EpochMs = Brand<number, 'EpochMs'>;

/** A length of time in milliseconds. */
export type DurationMs = Brand<number, 'DurationMs'>;

/** Source of the time of arrival. An argument everywhere, for tests and replays to own it. */
export interface Clock {
  now(): EpochMs;
}

/** The zone's distance from UTC at a moment, in milliseconds: local time = at + offset. */
export type ZoneOffset = (at: EpochMs) => DurationMs;

export const toEpochMs = (value: number): EpochMs => value as EpochMs;
export const toDurationMs = (value: number): DurationMs => value as DurationMs;

/** ISO 8601 UTC with milliseconds, as in every payload's `ts`. @throws RangeError for a moment that `Date` cannot hold */
export function toIsoTime(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** True for a moment that `Date` can hold (about ±273,000 years); beyond that toIsoTime would throw. */
export function isRepresentable(at: number): at is EpochMs {
  return Number.isFinite(at) && at >= -8.64e15 && at <= 8.64e15;
}

/**
 * Port: runs something once after a while; the answer cancels it. A delay has an owner. When the owner ends, everything
 * that the delay has put off is cancelled, and it puts off nothing more. So no wait, and no loop that waits, outlasts its owner.
 */
export type Delay = (run: () => void, after: DurationMs) => () => void;

/** A delay for an owner that ends before the owner of another one does. */
export function delayUntil(ended: AbortSignal, delay: Delay): Delay {
  const cancels = new Set<() => void>();
  ended.addEventListener('abort', () => {
    for (const cancel of cancels) cancel();
    cancels.clear();
  });
  return (run, after) => {
    if (ended.aborted) return () => undefined;
    const cancelDelay = delay(() => {
      cancels.delete(cancel);
      run();
    }, after);
    const cancel = (): void => {
      cancels.delete(cancel);
      cancelDelay();
    };
    cancels.add(cancel);
    return cancel;
  };
}

/** A message is not older than the longest backlog that anyone keeps. Clocks that were never set say 1970 or 2000. */
export const OLDEST_TOLD_MS: number = 366 * 86_400_000;
