import { availableParallelism } from 'node:os';

/**
 * Most threads that `auto` takes: more is for a user who knows that the load is there, since each thread takes memory
 * of its own.
 */
const MOST_BY_ITSELF = 8;

/** Learner threads of `threads: auto`: one core stays free for the messages. 0 = the learners are on the main thread. */
export function threadCount(threads: 'auto' | number, cores: number = availableParallelism()): number {
  return threads === 'auto' ? Math.min(MOST_BY_ITSELF, Math.max(1, cores - 1)) : threads;
}
