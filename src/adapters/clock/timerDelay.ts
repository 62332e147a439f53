import { type Delay, delayUntil } from '../../domain/time.ts';

/** The computer's own timers, which run on whatever becomes of its wall clock; until the signal aborts. */
export function createTimerDelay(ended: AbortSignal): Delay {
  return delayUntil(ended, (run, after) => {
    const timer = setTimeout(run, after);
    return () => clearTimeout(timer);
  });
}

/** Gives the work a delay of its own. Nothing that it has put off outlasts the work. */
export async function timerDelayUntilEnd<Result>(work: (delay: Delay) => Promise<Result>): Promise<Result> {
  const end = new AbortController();
  try {
    return await work(createTimerDelay(end.signal));
  } finally {
    end.abort();
  }
}
