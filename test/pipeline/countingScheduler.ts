import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

export interface CountingScheduler {
  readonly scheduler: SchedulerLike;
  readonly clock: { setBackMs: number };
  /** Timers running now. */
  readonly running: () => number;
  /** Timers that ever ran at once. */
  readonly most: () => number;
}

/** The async scheduler with a clock that can be set and timers that are counted. */
export function countingScheduler(): CountingScheduler {
  const clock = { setBackMs: 0 };
  const timers = new Set<Subscription>();
  let most = 0;
  const scheduler: SchedulerLike = {
    now: () => asyncScheduler.now() - clock.setBackMs,
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
      const timer = asyncScheduler.schedule(work, delay, state);
      timers.add(timer);
      most = Math.max(most, timers.size);
      timer.add(() => timers.delete(timer));
      return timer;
    },
  };
  return { scheduler, clock, running: () => timers.size, most: () => most };
}
