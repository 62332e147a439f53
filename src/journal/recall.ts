import type { RestoreOutcome } from '../domain/learnerHost.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalPosition, StoredSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import { openEnvelope } from './envelope.ts';
import type { Tails } from './tails.ts';

/** How a recall ended. `none`: there was no snapshot. `unreadable`: the medium would not give it. */
export type RecallOutcome = RestoreOutcome | 'none' | 'unreadable';

/** What has to go to a stream's learner before its next sample. */
export interface Recollection {
  readonly outcome: RecallOutcome;
  /** Where its way to the learner stood; undefined: at its beginning. */
  readonly carried: unknown;
  /** Samples that the snapshot lacks, in order. */
  readonly tail: readonly Sample[];
  /** Journal position of the first of them. */
  readonly firstTail: JournalPosition | undefined;
}

export interface RecallOptions {
  readonly load: (stream: StreamId, below?: number) => Promise<StoredSnapshot | undefined>;
  readonly restore: (stream: StreamId, learner: Uint8Array) => Promise<RestoreOutcome>;
  readonly tails: Tails;
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

  /** Never rejects. @param hasSnapshot false: there is only the journal */
  async bring(stream: StreamId, hasSnapshot: boolean): Promise<Recollection> {
    if (!hasSnapshot) return this.#from(stream, 'none', 0, undefined);
    let worst: RecallOutcome = 'none';
    for (let below: number | undefined; ; ) {
      const snapshot = await this.#load(stream, below);
      if (snapshot === 'unreadable') return this.#from(stream, 'unreadable', 0, undefined);
      if (snapshot === undefined || this.#options.tails.isVoid(stream, snapshot.position)) break;
      const envelope = openEnvelope(snapshot.bytes);
      const outcome = envelope === undefined ? 'damaged' : await this.#options.restore(stream, envelope.learner);
      if (outcome === 'restored' || outcome === 'no-memory' || outcome === 'newer' || outcome === 'mismatch') {
        const { position } = snapshot;
        return this.#from(stream, outcome, position, outcome === 'restored' ? envelope?.carried : undefined);
      }
      worst = outcome;
      below = snapshot.generation;
    }
    return this.#from(stream, worst, 0, undefined);
  }

  #from(stream: StreamId, outcome: RecallOutcome, position: JournalPosition, carried: unknown): Recollection {
    const { tails } = this.#options;
    return { outcome, carried, tail: tails.after(stream, position), firstTail: tails.firstPosition(stream) };
  }

  /** A medium that stumbles is asked again: to begin anew for that would be a loss. */
  async #load(stream: StreamId, below: number | undefined): Promise<StoredSnapshot | undefined | 'unreadable'> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#options.load(stream, below);
      } catch {
        if (attempt >= ATTEMPTS) return 'unreadable';
        await this.#wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.delay(resolve, toDurationMs(ms));
    });
  }
}
