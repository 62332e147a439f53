import type { Report } from '../domain/events.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import type { StreamResidency } from './streamResidency.ts';

/** Between two tries to clear the medium. */
const RETRY = toDurationMs(2000);

export interface RemovalsOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  /** Runs once all that the journal has so far is on the medium. */
  readonly whenDurable: (run: () => void) => void;
  /** Removes the snapshots of a stream from the medium. @throws StoreError */
  readonly clear: (stream: StreamId) => Promise<void>;
  readonly delay: Delay;
  readonly report: Report;
}

/** A removal that is not done. */
interface Removal {
  readonly stream: StreamId;
  /** The journal from there on says that the snapshots are void. */
  readonly from: JournalPosition;
}

/** Snapshots of no use that are to go from the medium. What it refuses is tried again; until then the journal keeps what makes them void. */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #pending = new Set<Removal>();
  #isClosed = false;

  constructor(options: RemovalsOptions) {
    this.#options = options;
  }

  /** Nothing more is asked of the medium. */
  close(): void {
    this.#isClosed = true;
  }

  /** First position of the journal that has to stay for those that are not done; undefined: there are none. */
  get neededFrom(): JournalPosition | undefined {
    let from: JournalPosition | undefined;
    for (const removal of this.#pending) from = Math.min(from ?? removal.from, removal.from);
    return from;
  }

  /** Removes them behind the command of the journal that makes them void: a kill leaves all or nothing. @param from position of the command */
  add(stream: StreamId, from: JournalPosition): void {
    const removal = { stream, from };
    this.#pending.add(removal);
    this.#options.whenDurable(() => void this.#clear(stream, from).then(() => this.#pending.delete(removal)));
  }

  /**
   * Resolves when the snapshots are gone, or a later one has taken their place; never where the daemon ends before.
   * @param from position of the command that makes them void
   */
  async done(stream: StreamId, from: JournalPosition): Promise<void> {
    await this.#clear(stream, from);
    while (this.#isPending(stream)) await pause(this.#options.delay, RETRY);
  }

  #isPending(stream: StreamId): boolean {
    for (const removal of this.#pending) if (removal.stream === stream) return true;
    return false;
  }

  async #clear(stream: StreamId, from: JournalPosition): Promise<void> {
    while (!(await this.#isDone(stream, from))) await pause(this.#options.delay, RETRY);
  }

  /** A later snapshot must not go with the others; where it is on the medium they are gone, or may stay. */
  async #isDone(stream: StreamId, from: JournalPosition): Promise<boolean> {
    if (this.#isClosed) return new Promise(() => undefined);
    const { generations, underWay, phase, voidUpTo = -1 } = this.#options.residencies.get(stream) ?? {};
    // The stream was forgotten once more, which is not on the medium perhaps: what it has learned in between must stay until then.
    if (voidUpTo > from) return true;
    // Another state of the stream may be on its way to the medium.
    if (phase === 'restoring') return false;
    if (generations !== undefined && generations.length > 0) return true;
    if (underWay !== undefined) return false;
    try {
      await this.#options.clear(stream);
      return true;
    } catch (error) {
      this.#options.report({ type: 'SnapshotFailed', stream, error });
      return false;
    }
  }
}
