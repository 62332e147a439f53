import { type Clock, toEpochMs } from '../../domain/time.ts';

/** The computer's wall clock. */
export function createSystemClock(): Clock {
  return { now: () => toEpochMs(Date.now()) };
}
