import { type Clock, type Delay, toEpochMs } from '../../src/domain/time.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes only when it is told to, with the delays of it. */
export class VirtualTime {
  now: number;
  readonly #timers = new Set<Timer>();
  readonly clock: Clock = { now: () => toEpochMs(this.now) };
  readonly delay: Delay = (run, after) => {
    const timer = { at: this.now + after, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  constructor(start = 0) {
    this.now = start;
  }

  /** Delays that have not run out. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets `ms` milliseconds pass, and everything happen that promises lead to in them. */
  async pass(ms: number): Promise<void> {
    await settle();
    const end = this.now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.now = next.at;
      next.run();
      await settle();
    }
    this.now = end;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}

/** Everything happens that promises lead to. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
