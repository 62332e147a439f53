import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';

/** A stream that is to come back without a reading. */
export interface Awaited {
  readonly stream: StreamId;
  /** Asked when its turn has come. */
  readonly mayCome: () => boolean;
}

export interface AwaitedStreamsOptions {
  readonly delay: Delay;
  /** @returns whether nothing else is under way */
  readonly isIdle: () => boolean;
  readonly bring: (stream: StreamId) => void;
}

/** Between two streams there is room for everything else. */
const LOOK_MS = toDurationMs(20);
/** Looks in a row at which something else is under way, 5 s. Where there is always something the next stream comes all the same. */
const MOST_BUSY_LOOKS = 250;

/** Streams that are to come back without a reading: one after the other, while nothing else is to be done, else every 5 s. */
export class AwaitedStreams {
  readonly #options: AwaitedStreamsOptions;
  readonly #waiting: Awaited[] = [];
  #cancel: (() => void) | undefined;
  #busyLooks = 0;

  constructor(options: AwaitedStreamsOptions) {
    this.#options = options;
  }

  add(awaited: Awaited): void {
    this.#waiting.push(awaited);
    this.#cancel ??= this.#options.delay(() => this.#look(), LOOK_MS);
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    const { delay, isIdle, bring } = this.#options;
    this.#cancel = undefined;
    if (isIdle() || ++this.#busyLooks >= MOST_BUSY_LOOKS) {
      this.#busyLooks = 0;
      const next = this.#waiting.shift();
      if (next?.mayCome()) bring(next.stream);
    }
    // What was asked may have added one, and set the next look.
    if (this.#waiting.length > 0) this.#cancel ??= delay(() => this.#look(), LOOK_MS);
  }
}
