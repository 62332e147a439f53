import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import { backOff } from './backOff.ts';
import type { LinkTiming } from './linkTiming.ts';

/** The one timer of a link that is to be kept up, and the waits between its attempts. */
export class Retries {
  readonly #timing: Pick<LinkTiming, 'firstRetry' | 'maxRetry'>;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  /** @param random uniform in [0, 1) */
  constructor(timing: Pick<LinkTiming, 'firstRetry' | 'maxRetry'>, random: () => number) {
    this.#timing = timing;
    this.#random = random;
  }

  /** The wait after one more failure. */
  nextWait(): DurationMs {
    const { firstRetry: first, maxRetry: max } = this.#timing;
    const wait = backOff({ failures: this.#failures, first, max, random: this.#random });
    this.#failures += 1;
    return wait;
  }

  /** The waits begin anew. */
  succeed(): void {
    this.#failures = 0;
  }

  /** In place of what was waited for. */
  after(wait: DurationMs, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, wait);
  }

  now(run: () => void): void {
    this.after(toDurationMs(0), run);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
