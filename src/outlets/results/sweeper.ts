export interface SweeperOptions {
  /** Takes the retained message of a topic from the broker. @returns false where that could not go out */
  readonly clear: (topic: string) => boolean;
  /** Topics that may wait. What comes on top is cleared at once, the oldest first. */
  readonly mostWaiting: number;
}

/**
 * Topics whose retained message is to go, because no stream publishes there any more. They are cleared a few at a time: a flood of
 * names that come and go would else become a flood of empty messages.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  /** In the order in which they came. */
  readonly #waiting = new Set<string>();

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(topic: string): void {
    this.#waiting.add(topic);
    if (this.#waiting.size <= this.#options.mostWaiting) return;
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    this.#waiting.delete(oldest);
    this.#options.clear(oldest);
  }

  /** Something is published there again. */
  spare(topic: string): void {
    this.#waiting.delete(topic);
  }

  /** Clears the oldest; what the broker does not take now stays for the next time. */
  sweep(most: number): void {
    let cleared = 0;
    for (const topic of this.#waiting) {
      if (cleared === most || !this.#options.clear(topic)) return;
      this.#waiting.delete(topic);
      cleared++;
    }
  }
}
