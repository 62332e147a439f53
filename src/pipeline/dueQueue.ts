import type { SchedulerLike, Subscription } from 'rxjs';

export interface DueQueueOptions<T> {
  readonly scheduler: SchedulerLike;
  /** Called once for each item whose delay has passed. */
  readonly onDue: (item: T) => void;
}

/**
 * Items that wait for a delay to pass, all on one timer, which runs only while something waits. Putting an item in again
 * starts its delay anew. Items with the same delay come due in the order in which they were put in, so each delay has
 * its own list and only the heads are looked at; there are few different delays, one per setting.
 */
export class DueQueue<T> {
  readonly #scheduler: SchedulerLike;
  readonly #onDue: (item: T) => void;
  /** Delay in ms → item → scheduler time in ms at which it comes due, earliest first. */
  readonly #waiting = new Map<number, Map<T, number>>();
  #timer: Subscription | undefined;
  #timerDue = Number.POSITIVE_INFINITY;

  constructor({ scheduler, onDue }: DueQueueOptions<T>) {
    this.#scheduler = scheduler;
    this.#onDue = onDue;
  }

  put(item: T, delayMs: number): void {
    let list = this.#waiting.get(delayMs);
    if (list === undefined) {
      list = new Map();
      this.#waiting.set(delayMs, list);
    }
    const now = this.#scheduler.now();
    list.delete(item);
    list.set(item, now + delayMs);
    this.#wakeAt(now + delayMs, now);
  }

  /** Takes out an item that was put in with this delay; a timer with nothing left to do stops. */
  remove(item: T, delayMs: number): void {
    const list = this.#waiting.get(delayMs);
    if (!list?.delete(item) || list.size > 0) return;
    this.#waiting.delete(delayMs);
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  /** Takes everything out and hands it to `onDue`, whether it is due or not. */
  flush(): void {
    const lists = [...this.#waiting.values()];
    this.clear();
    for (const list of lists) for (const item of list.keys()) this.#onDue(item);
  }

  clear(): void {
    this.#waiting.clear();
    this.#stopTimer();
  }

  #wakeAt(due: number, now: number): void {
    if (due >= this.#timerDue) return;
    this.#timer?.unsubscribe();
    this.#timerDue = due;
    this.#timer = this.#scheduler.schedule(() => this.#sweep(), Math.max(0, due - now));
  }

  #sweep(): void {
    this.#stopTimer();
    const now = this.#scheduler.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [delayMs, list] of this.#waiting) {
      for (const [item, due] of list) {
        // More than the whole delay ahead: the clock was set back meanwhile. Early is better than hours late.
        if (due > now && due - now <= delayMs) {
          next = Math.min(next, due);
          break;
        }
        this.remove(item, delayMs);
        this.#onDue(item);
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next, now);
  }

  #stopTimer(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#timerDue = Number.POSITIVE_INFINITY;
  }
}
