import type { Clock } from '../domain/time.ts';

const QUIET_MS = 60_000;
const LARGEST = 256;
/** Longer ones of a kind count as one: a key holds a topic, which may be of 64 KB. */
const LONGEST_KEY = 2048;
/** Stands for all keys of a kind that found no place. */
const OTHERS = '';

/**
 * Lets each message through at most once a minute.
 * @returns how often it was held back since it last passed, or −1: it is held back now
 */
export type RateLimit = (kind: string, key: string) => number;

interface Entry {
  readonly since: number;
  suppressed: number;
}

/** Remembers at most 256 messages; while more are in use, all new ones of a kind count as one. */
export function createRateLimit(clock: Clock): RateLimit {
  const entries = new Map<string, Entry>();

  function makeRoom(now: number): void {
    for (const [key, { since }] of entries) if (isOver(since, now)) entries.delete(key);
  }

  return (kind, key) => {
    const now = clock.now();
    let name = `${kind} ${key.length > LONGEST_KEY ? OTHERS : key}`;
    if (!entries.has(name) && entries.size >= LARGEST) {
      makeRoom(now);
      if (entries.size >= LARGEST) name = `${kind} ${OTHERS}`;
    }
    const known = entries.get(name);
    if (known !== undefined && !isOver(known.since, now)) {
      known.suppressed++;
      return -1;
    }
    entries.set(name, { since: now, suppressed: 0 });
    return known?.suppressed ?? 0;
  };
}

/** A clock that was set back starts a new minute rather than a silent year. */
function isOver(since: number, now: number): boolean {
  return now - since >= QUIET_MS || now < since;
}
