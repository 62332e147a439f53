import { type DurationMs, toDurationMs } from '../../../domain/time.ts';

/** The waits of a link. Measured with timers, never with the wall clock, which jumps when a Pi gets its time. */
export interface LinkTiming {
  readonly firstRetry: DurationMs;
  readonly maxRetry: DurationMs;
  /** After a session that we have ended because the broker sent more than we can hold. */
  readonly afterOverrun: DurationMs;
  /** A session that lived for this time was a good one: the back-off starts anew. */
  readonly stableAfter: DurationMs;
  /** For this time a connection says nothing where it is to be found out why the broker closes each of them. Less than `maxRetry`. */
  readonly silence: DurationMs;
  /** Time of connection after which filters without a message are told. */
  readonly silentFilters: DurationMs;
  /** On stop: for the last publishes to be acknowledged, then for the connection to close. */
  readonly flush: DurationMs;
  readonly close: DurationMs;
  /** Where the link leads elsewhere: for what has come to be acknowledged, which it is once it is learned or in the journal. */
  readonly leave: DurationMs;
}

export const LINK_TIMING: LinkTiming = {
  firstRetry: toDurationMs(1000),
  maxRetry: toDurationMs(60_000),
  afterOverrun: toDurationMs(100),
  stableAfter: toDurationMs(10_000),
  silence: toDurationMs(30_000),
  silentFilters: toDurationMs(600_000),
  flush: toDurationMs(1000),
  close: toDurationMs(500),
  leave: toDurationMs(2000),
};
