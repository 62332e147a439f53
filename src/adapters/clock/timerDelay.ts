import type { Delay } from '../../domain/time.ts';

/** The computer's own timers, which run on whatever becomes of its wall clock. */
export const timerDelay: Delay = (run, after) => {
  const timer = setTimeout(run, after);
  return () => clearTimeout(timer);
};
