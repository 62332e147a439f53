import type { RestoreOutcome } from '../domain/learnerHost.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition, StoredSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import type { Tail, Tails } from './log/tails.ts';

/** How a recall ended. `none`: there was no snapshot. `unreadable`: the medium would not give it. */
type RecallOutcome = RestoreOutcome | 'none' | 'unreadable';

/** What has to go to a stream's learner before its next sample. */
export interface Recollection {
  readonly outcome: RecallOutcome;
  /** Samples that the snapshot lacks, in order. */
  readonly tail: Tail;
  /** Journal position of the first of them. */
  readonly firstTail: JournalPosition | undefined;
}

export interface RecallOptions {
  readonly load: (stream: StreamId, below?: number) => Promise<StoredSnapshot | undefined>;
  readonly restore: (stream: StreamId, state: Uint8Array) => Promise<RestoreOutcome>;
  /** What the journal said at the start. */
  readonly tails: Tails;
  /** What the journal says of one stream after a position now. */
  readonly reread: (stream: StreamId, after: JournalPosition) => Promise<Tails>;
  readonly delay: Delay;
}

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

/** Brings a stream back: its newest snapshot that a learner can be made from, else the one before; and the journal after it. */
export class Recall {
  readonly #options: RecallOptions;

  constructor(options: RecallOptions) {
    this.#options = options;
  }

  /**
   * Never rejects.
   * @param hasSnapshot false: there is only the journal
   * @param before position of the stream's first sample that waits for it
   */
  async bring(stream: StreamId, hasSnapshot: boolean, before: JournalPosition): Promise<Recollection> {
    const { tails } = this.#options;
    let outcome: RecallOutcome = 'none';
    let below: number | undefined;
    while (hasSnapshot) {
      const snapshot = await this.#insist(() => this.#options.load(stream, below));
      if (snapshot === 'unreadable') return recollect(stream, snapshot, { tails, position: 0, before });
      if (snapshot === undefined || tails.isVoid(stream, snapshot.position)) break;
      const { position } = snapshot;
      outcome = await this.#options.restore(stream, snapshot.bytes);
      if (outcome !== 'damaged') {
        const found = below === undefined ? tails : await this.#insist(() => this.#options.reread(stream, position));
        return recollect(stream, outcome, { tails: found === 'unreadable' ? tails : found, position, before });
      }
      below = snapshot.generation;
    }
    return recollect(stream, outcome, { tails, position: 0, before });
  }

  /** Brings a stream back that has only just left. */
  async bringBack(stream: StreamId, state: Uint8Array): Promise<Recollection> {
    const outcome = await this.#options.restore(stream, state);
    return { outcome, tail: [], firstTail: undefined };
  }

  /** A medium that stumbles is asked again: to begin anew for that would be a loss. */
  async #insist<T>(ask: () => Promise<T>): Promise<T | 'unreadable'> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch {
        if (attempt >= ATTEMPTS) return 'unreadable';
        await pause(this.#options.delay, toDurationMs(FIRST_WAIT_MS * 2 ** (attempt - 1)));
      }
    }
  }
}

interface Sources {
  readonly tails: Tails;
  /** That the snapshot includes. */
  readonly position: JournalPosition;
  readonly before: JournalPosition;
}

function recollect(stream: StreamId, outcome: RecallOutcome, { tails, position, before }: Sources): Recollection {
  return { outcome, tail: tails.after(stream, position, before), firstTail: tails.firstPosition(stream) };
}
