import type { Brand } from './brand.ts';

/** Milliseconds since 1970-01-01T00:00:00Z; may carry a fraction. */
export type EpochMs = Brand<number, 'EpochMs'>;

/** A length of time in milliseconds. */
export type DurationMs = Brand<number, 'DurationMs'>;

/** Where the time of arrival comes from. An argument everywhere, so that tests and replays own it. */
export interface Clock {
  now(): EpochMs;
}

/** The zone's distance from UTC at a moment, in milliseconds: local time = at + offset. */
export type ZoneOffset = (at: EpochMs) => DurationMs;

export const toEpochMs = (value: number): EpochMs => value as EpochMs;
export const toDurationMs = (value: number): DurationMs => value as DurationMs;

const MINUTE_MS = 60_000;
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));
/** Minutes that were asked for, as text up to their seconds: of a live system all but one in thousands. By their last bits. */
const MINUTES = 64;
const minutes = new Float64Array(MINUTES).fill(Number.NaN);
const minuteTexts: string[] = new Array<string>(MINUTES).fill('');
/** And the last moment, for which there are several texts to write. */
let moment = Number.NaN;
let momentText = '';

/** ISO 8601 UTC with milliseconds, as in every payload's `ts`. */
export function toIsoTime(at: EpochMs): string {
  if (at !== moment) {
    momentText = writeIsoTime(at);
    moment = at;
  }
  return momentText;
}

function writeIsoTime(at: EpochMs): string {
  // Before 1970 the division rounds the other way than Date does, and beyond its range Date has to throw.
  if (!(at >= 0 && at < 8.64e15)) return new Date(at).toISOString();
  const minute = Math.floor(at / MINUTE_MS);
  const place = minute % MINUTES;
  if (minutes[place] !== minute) {
    minuteTexts[place] = new Date(at).toISOString().slice(0, -'00.000Z'.length);
    minutes[place] = minute;
  }
  const ms = Math.floor(at - minute * MINUTE_MS);
  const seconds = Math.floor(ms / 1000);
  return `${minuteTexts[place]}${TWO_DIGITS[seconds]}.${THREE_DIGITS[ms - seconds * 1000]}Z`;
}

/** Whether `Date` can hold the moment (about ±273,000 years); beyond that toIsoTime would throw. */
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
