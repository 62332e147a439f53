import type { LearningControl, PauseEnd, Pauses } from '../domain/control.ts';
import { type Effort, FULL_EFFORT, NO_LEARNING } from '../domain/effort.ts';
import type { Note } from '../domain/note.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Clock, toEpochMs } from '../domain/time.ts';

export interface LearningPausesOptions {
  readonly clock: Clock;
  /** Keeps the pauses for the next process. */
  readonly note: Note;
  /** Most streams that may have pauses of their own. */
  readonly most: number;
}

/**
 * Streams whose networks learn nothing for a time. That is decided before the step, as an effort that is journaled with the reading: a replay
 * of the journal needs to know nothing of pauses.
 */
export class LearningPauses implements LearningControl {
  readonly #options: LearningPausesOptions;
  /** The end by stream; infinite: there is none. */
  readonly #streams = new Map<StreamId, number>();
  /** The end for all streams; NaN: no such pause. */
  #all = Number.NaN;

  constructor(options: LearningPausesOptions) {
    this.#options = options;
    this.#load(options.note.read());
  }

  /** Some stream may be paused. */
  get isAny(): boolean {
    return !Number.isNaN(this.#all) || this.#streams.size > 0;
  }

  effortFor(stream: StreamId): Effort {
    const now = this.#options.clock.now();
    if (this.#all > now) return NO_LEARNING;
    this.#all = Number.NaN;
    const end = this.#streams.get(stream);
    if (end === undefined) return FULL_EFFORT;
    if (end > now) return NO_LEARNING;
    this.#streams.delete(stream);
    return FULL_EFFORT;
  }

  pause(stream: StreamId | undefined, end: PauseEnd): boolean {
    const until = end ?? Number.POSITIVE_INFINITY;
    if (stream === undefined) this.#all = until;
    else {
      this.#expire();
      if (this.#streams.size >= this.#options.most && !this.#streams.has(stream))
        throw new RangeError(`more than ${this.#options.most} streams have pauses of their own`);
      this.#streams.set(stream, until);
    }
    return this.#save();
  }

  resume(stream: StreamId | undefined): boolean {
    if (stream !== undefined) this.#streams.delete(stream);
    else {
      this.#all = Number.NaN;
      this.#streams.clear();
    }
    return this.#save();
  }

  get pauses(): Pauses {
    this.#expire();
    return {
      all: Number.isNaN(this.#all) ? undefined : endOf(this.#all),
      streams: new Map([...this.#streams].map(([stream, end]) => [stream, endOf(end)])),
    };
  }

  #expire(): void {
    const now = this.#options.clock.now();
    if (this.#all <= now) this.#all = Number.NaN;
    for (const [stream, end] of this.#streams) if (end <= now) this.#streams.delete(stream);
  }

  #save(): boolean {
    const { all, streams } = this.pauses;
    return this.#options.note.write({ ...(all !== undefined && { all }), streams: Object.fromEntries(streams) });
  }

  /** A note that cannot be read is none. */
  #load(note: unknown): void {
    if (typeof note !== 'object' || note === null) return;
    const { all, streams } = note as { readonly all?: unknown; readonly streams?: unknown };
    if (isEnd(all)) this.#all = all ?? Number.POSITIVE_INFINITY;
    if (typeof streams !== 'object' || streams === null) return;
    for (const [stream, end] of Object.entries(streams).slice(0, this.#options.most))
      if (isEnd(end)) this.#streams.set(stream as StreamId, end ?? Number.POSITIVE_INFINITY);
  }
}

function isEnd(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isFinite(value));
}

function endOf(end: number): PauseEnd {
  return end === Number.POSITIVE_INFINITY ? null : toEpochMs(end);
}
