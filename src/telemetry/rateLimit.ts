import type { Clock, DurationMs } from '../domain/time.ts';

/** Longer ones of a kind count as one: a key holds a topic, which may be of 64 KB. */
const LONGEST_KEY = 2048;
/** Stands for all keys of a kind that found no place. */
const OTHERS = '';

/**
 * Lets each message through at most once in a time, or `most` times.
 * @returns how often it was held back in the time before, or −1: it is held back now
 */
export type RateLimit = (kind: string, key: string) => number;

interface Entry {
  readonly since: number;
  passed: number;
  suppressed: number;
}

export interface RateLimitOptions {
  readonly clock: Clock;
  /** Time between two messages of a kind and key. */
  readonly quiet: DurationMs;
  /** Messages that are remembered. */
  readonly largest: number;
  /** Times that a message passes within `quiet`. Default: 1. */
  readonly most?: number;
}

/** Remembers at most `largest` messages; while more are in use, all new ones of a kind count as one. */
export function createRateLimit({ clock, quiet, largest, most = 1 }: RateLimitOptions): RateLimit {
  const entries = new Map<string, Entry>();

  // A clock that was set back starts a new time rather than a silent year.
  const isOver = (since: number, now: number): boolean => now - since >= quiet || now < since;

  function makeRoom(now: number): void {
    for (const [key, { since }] of entries) if (isOver(since, now)) entries.delete(key);
  }

  return (kind, key) => {
    const now = clock.now();
    let name = `${kind} ${key.length > LONGEST_KEY ? OTHERS : key}`;
    if (!entries.has(name) && entries.size >= largest) {
      makeRoom(now);
      if (entries.size >= largest) name = `${kind} ${OTHERS}`;
    }
    const known = entries.get(name);
    if (known !== undefined && !isOver(known.since, now)) {
      if (known.passed < most) {
        known.passed++;
        return 0;
      }
      known.suppressed++;
      return -1;
    }
    entries.set(name, { since: now, passed: 1, suppressed: 0 });
    return known?.suppressed ?? 0;
  };
}
