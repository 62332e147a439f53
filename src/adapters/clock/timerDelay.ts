import { type Delay, delayUntil } from '../../domain/time.ts';

/** The computer's own timers, which run on whatever becomes of its wall clock; until the signal aborts. */
export function createTimerDelay(ended: AbortSignal): Delay {
  return delayUntil(ended, (run, after) => {
    const timer = setTimeout(run, after);
    return () => clearTimeout(timer);
  });
}
