import type { Delay } from '../../../../domain/time.ts';

/** The browser's timers, for who has an end of their own. */
export const timerDelay: Delay = (run, after) => {
  const timer = setTimeout(run, after);
  return () => clearTimeout(timer);
};
