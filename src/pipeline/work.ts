import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';

/**
 * A stream has made room for another: its learner is to be forgotten. It travels among the steps, so that the host hears
 * of it after every step of the stream's life before, and before the first one of a life after.
 */
export interface Eviction {
  readonly evicted: StreamId;
}

/** What waits for the learner host, in order. */
export type Work = Step | Eviction;

export function isEviction(work: Work): work is Eviction {
  return 'evicted' in work;
}
