import type { EpochMs } from '../domain/time.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Growth of a counter within the last 24 hours, to within one of them. Asked for at least once an hour. */
export class DayGrowth {
  /** Where it stood, about hourly, oldest first. */
  readonly #marks: { readonly at: EpochMs; readonly count: number }[];

  constructor(now: EpochMs) {
    this.#marks = [{ at: now, count: 0 }];
  }

  of(count: number, now: EpochMs): number {
    const marks = this.#marks;
    const newest = marks.at(-1);
    // A clock that was put back makes a mark too: it must not stop the day.
    if (newest === undefined || Math.abs(now - newest.at) >= HOUR_MS) marks.push({ at: now, count });
    if (marks.length > HOURS + 1) marks.shift();
    return count - (marks[0]?.count ?? 0);
  }
}
