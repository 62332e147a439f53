import { TidegateError } from '../../domain/errors.ts';
import { type JournalBatch, type JournalPosition, StoreError } from '../../domain/stateStore.ts';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';
import { BatchWriter } from './batchWriter.ts';
import type { JournalEntry } from './entry.ts';
import type { JournalOptions } from './journalOptions.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

interface Waiting {
  readonly position: JournalPosition;
  readonly run: (about: unknown) => void;
  readonly about: unknown;
}

/**
 * The journal's open end: entries are collected and committed as one batch (group commit), one at a time. A batch that the
 * medium does not take is offered again until it does.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #writer = new BatchWriter();
  /** In order of position. */
  readonly #waiting: Waiting[] = [];
  /** Waiters like `#waiting`, but for the medium alone. */
  readonly #reaching: Waiting[] = [];
  readonly #onSettled: (() => void)[] = [];
  #position: JournalPosition;
  #durable: JournalPosition;
  /** The batch under way, or the one that the medium has refused. */
  #batch: JournalBatch | undefined;
  #isUnderWay = false;
  #cancelTimer: (() => void) | undefined;
  #failures = 0;
  #isDue = false;
  #isHeld = false;
  #isClosed = false;
  /** Something was given up since the medium worked. */
  #isIncomplete = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#durable = options.position;
  }

  /** Position of the last entry that was added. */
  get position(): JournalPosition {
    return this.#position;
  }

  /** Position of the last entry on the medium. */
  get durable(): JournalPosition {
    return this.#durable;
  }

  /** Number of calls that wait for `whenDurable`. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Bytes that are not on the medium: those that are collected, and the batch under way. */
  get pendingBytes(): number {
    return this.#writer.size + (this.#batch?.bytes.length ?? 0);
  }

  /** The medium has refused the last batch. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  add(entry: JournalEntry): JournalPosition {
    this.#writer.add(entry);
    return this.#advance();
  }

  /** Adds an entry that no acknowledgement depends on: it is discarded where too much waits for a medium that takes nothing. */
  appendBestEffort(entry: JournalEntry): JournalPosition {
    if (this.#writer.size <= this.#options.mostBytes) return this.add(entry);
    this.#writer.leaveOut();
    this.#lose();
    return this.#advance();
  }

  #advance(): JournalPosition {
    this.#position++;
    if (this.#writer.entries >= this.#options.mostEntries) this.commitSoon();
    else if (!this.#isUnderWay && this.#cancelTimer === undefined) this.#commitIn(this.#options.commitInterval);
    if (this.#writer.size > this.#options.mostBytes && this.#waiting.length === 0) this.#discard();
    return this.#position;
  }

  /** Runs once everything added so far is on the medium, in the order of the calls. @param about what `run` is given */
  whenDurable(run: () => void): void;
  whenDurable<About>(run: (about: About) => void, about: About): void;
  whenDurable(run: (about: unknown) => void, about?: unknown): void {
    if (this.#position <= this.#durable || this.#mayContinue()) run(about);
    else this.#waiting.push({ position: this.#position, run, about });
  }

  /** Resolves once the entries up to a position are on the medium, however long that takes; commits them as soon as may be. */
  untilDurable(position: JournalPosition): Promise<void> {
    if (position <= this.#durable) return Promise.resolve();
    const reached = new Promise<void>((resolve) =>
      this.#reaching.push({ position, run: () => resolve(), about: undefined }),
    );
    // Outside of the promise: an error of ours in a commit belongs to the caller, and no wait can pass over it.
    this.commitSoon();
    return reached;
  }

  /** Commits as soon as may be. */
  commitSoon(): void {
    this.#isDue = true;
    if (!this.#isHeld && !this.#isUnderWay && this.#failures === 0) this.#commit();
  }

  /**
   * Puts the entries that `run` adds into one batch: half of it on the medium would be, after a power cut, a message
   * that is known and has no samples.
   */
  atomically(run: () => void): void;
  atomically<About>(run: (about: About) => void, about: About): void;
  atomically(run: (about: unknown) => void, about?: unknown): void {
    this.#isHeld = true;
    try {
      run(about);
    } finally {
      this.#isHeld = false;
      if (this.#isDue) this.commitSoon();
    }
  }

  /** Resolves when all that was added is on the medium, or when the medium has refused it. */
  async flush(): Promise<void> {
    if (this.#position <= this.#durable || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      this.#onSettled.push(resolve);
      this.#isDue = true;
      if (!this.#isUnderWay) this.#commit();
    });
  }

  /** No further commit, no further acknowledgement. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#waiting.length = 0;
  }

  #mayContinue(): boolean {
    return this.#failures > 0 && this.#options.onFault === 'continue_unsafe';
  }

  #commitIn(after: DurationMs): void {
    if (this.#isClosed) return;
    this.#cancelTimer = this.#options.delay(() => {
      this.#cancelTimer = undefined;
      this.#commit();
    }, after);
  }

  #commit(): void {
    if (this.#isClosed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#batch ??= this.#nextBatch();
    if (this.#batch === undefined) {
      this.#reached(this.#position);
      return;
    }
    const batch = this.#batch;
    this.#isUnderWay = true;
    this.#options.append(batch).then(
      () => this.#succeeded(batch),
      (error: unknown) => this.#failed(error),
    );
  }

  #nextBatch(): JournalBatch | undefined {
    this.#isDue = false;
    const { entries } = this.#writer;
    if (entries === 0) return undefined;
    const first = this.#position - entries + 1;
    if (first <= this.#durable)
      throw new TidegateError('TG_INTERNAL', `journal position ${first} is on the medium already`);
    return this.#writer.take(first);
  }

  #succeeded({ last }: JournalBatch): void {
    if (this.#failures > 0) this.#options.report({ type: 'StoreRecovered' });
    this.#failures = 0;
    if (this.#isIncomplete) this.#options.onLost();
    this.#isIncomplete = false;
    this.#isUnderWay = false;
    this.#batch = undefined;
    this.#reached(last);
    if (this.#position <= last) return;
    if (this.#isDue || this.#onSettled.length > 0) this.#commit();
    else this.#commitIn(this.#options.commitInterval);
  }

  /** Everything up to this position is on the medium or was discarded. */
  #reached(last: JournalPosition): void {
    this.#durable = last;
    release(this.#waiting, last);
    release(this.#reaching, last);
    if (this.#position <= last) this.#settle();
  }

  #failed(error: unknown): void {
    const fault = error instanceof StoreError ? error.fault : 'failed';
    const retryIn = toDurationMs(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures));
    this.#failures++;
    this.#isUnderWay = false;
    this.#options.report({ type: 'StoreFailed', fault, error, retryIn });
    this.#settle();
    if (this.#mayContinue()) release(this.#waiting, this.#position);
    this.#commitIn(retryIn);
  }

  #settle(): void {
    for (const resolve of this.#onSettled.splice(0)) resolve();
  }

  /** Positions are never reused. */
  #discard(): void {
    this.#writer.clear();
    this.#lose();
  }

  #lose(): void {
    if (!this.#isIncomplete) this.#options.report({ type: 'JournalLost' });
    this.#isIncomplete = true;
  }
}

/** Runs those in front that a position is enough for. */
function release(waiting: Waiting[], last: JournalPosition): void {
  let count = 0;
  while (count < waiting.length && waiting[count].position <= last) count++;
  for (const { run, about } of waiting.splice(0, count)) run(about);
}
