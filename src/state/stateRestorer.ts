import type { RestoreOutcome } from '../domain/learnerHost.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition, StoredSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import type { Tail } from './log/packedInputs.ts';
import type { RedoLog } from './log/redoLog.ts';

/** End of a restore. `none`: there was no snapshot. `unreadable`: the medium would not give it. */
type ResultOutcome = RestoreOutcome | 'none' | 'unreadable';

/** State and inputs that a stream's learner takes before its next input. */
export interface RestoreResult {
  readonly outcome: ResultOutcome;
  /** Inputs that the snapshot lacks, in order. */
  readonly tail: Tail;
  /** Journal position of the first of them. */
  readonly firstTail: JournalPosition | undefined;
  /** The last journal entry that the snapshot includes; 0: there was none. */
  readonly base?: JournalPosition;
}

export interface RestorerOptions {
  readonly load: (stream: StreamId, below?: number) => Promise<StoredSnapshot | undefined>;
  readonly restore: (stream: StreamId, state: Uint8Array) => Promise<RestoreOutcome>;
  /** The journal as it was at the start. */
  readonly redoLog: RedoLog;
  /** The journal as it is now, of one stream and after a position. */
  readonly reread: (stream: StreamId, after: JournalPosition) => Promise<RedoLog>;
  readonly delay: Delay;
}

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

/** Restores a stream from its newest snapshot that a learner can be made from, else from the one before; and the journal after it. */
export class StateRestorer {
  readonly #options: RestorerOptions;

  constructor(options: RestorerOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async restore(stream: StreamId, request: Request): Promise<RestoreResult> {
    const { redoLog } = this.#options;
    let wasSpared = false;
    const result = await this.#restore(stream, request, (position) => {
      const isTainted = redoLog.isTainted(stream, position);
      wasSpared ||= isTainted;
      return isTainted;
    });
    // Where every snapshot has learned from what was to be omitted, that costs less than all that the stream has learned.
    const isLost = result.outcome === 'none' && wasSpared;
    return isLost ? await this.#restore(stream, request, () => false) : result;
  }

  async #restore(
    stream: StreamId,
    { hasSnapshot, before, voidUpTo }: Request,
    isSpared: (position: JournalPosition) => boolean,
  ): Promise<RestoreResult> {
    const { redoLog } = this.#options;
    let outcome: ResultOutcome = 'none';
    let below: number | undefined;
    while (hasSnapshot) {
      const snapshot = await this.#insist(() => this.#options.load(stream, below));
      if (snapshot === 'unreadable') return resultOf(stream, snapshot, { redoLog, position: 0, before });
      if (snapshot === undefined || snapshot.position <= voidUpTo()) break;
      if (redoLog.isVoid(stream, snapshot.position)) break;
      const { position } = snapshot;
      if (isSpared(position)) {
        below = snapshot.generation;
        continue;
      }
      // As `SnapshotWriter` takes care that no snapshot is ahead of the journal.
      const isAhead = position >= before;
      outcome = isAhead ? 'damaged' : await this.#options.restore(stream, snapshot.bytes);
      if (outcome !== 'damaged') {
        const found = below === undefined ? redoLog : await this.#insist(() => this.#options.reread(stream, position));
        return resultOf(stream, outcome, { redoLog: found === 'unreadable' ? redoLog : found, position, before });
      }
      below = snapshot.generation;
    }
    return resultOf(stream, outcome, { redoLog, position: 0, before });
  }

  /**
   * Restores a stream from a snapshot that has learned nothing of what the journal says is to be omitted, and the journal after it.
   * @returns undefined where there is none any more, or it cannot be restored now. Never rejects
   */
  async rewind(stream: StreamId, { bases, before }: Rewinding): Promise<RestoreResult | undefined> {
    const redoLog = await this.#insist(() => this.#options.reread(stream, Math.min(...bases())));
    if (redoLog === 'unreadable') return undefined;
    // As they are now: the journal may have been trimmed meanwhile. One that has learned from what an order before has omitted would bring that back.
    const usable = bases().filter((position) => !redoLog.isTainted(stream, position));
    for (let below: number | undefined; ; ) {
      const snapshot = await this.#insist(() => this.#options.load(stream, below));
      if (snapshot === 'unreadable') return undefined;
      if (snapshot === undefined) break;
      const { position, bytes, generation } = snapshot;
      below = generation;
      if (!usable.includes(position)) continue;
      const outcome = await this.#options.restore(stream, bytes);
      if (outcome === 'restored') return resultOf(stream, outcome, { redoLog, position, before });
      if (outcome !== 'damaged') return undefined;
    }
    return usable.includes(0) ? resultOf(stream, 'none', { redoLog, position: 0, before }) : undefined;
  }

  /** The newest state of a stream on the medium. */
  async load(stream: StreamId): Promise<Uint8Array | undefined> {
    const snapshot = await this.#insist(() => this.#options.load(stream));
    return snapshot === 'unreadable' ? undefined : snapshot?.bytes;
  }

  /** Restores a stream from its own state, which has only just left. */
  async reattach(stream: StreamId, state: Uint8Array): Promise<RestoreResult> {
    const outcome = await this.#options.restore(stream, state);
    return { outcome, tail: [], firstTail: undefined };
  }

  /** Asks a medium again that stumbles: to begin anew for that would be a loss. */
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

interface Request {
  /** false: there is only the journal. */
  readonly hasSnapshot: boolean;
  /** Position of the stream's first input that waits for it. */
  readonly before: JournalPosition;
  /** Snapshots up to this position are void; a command that comes while they are loaded counts. */
  readonly voidUpTo: () => JournalPosition;
}

interface Rewinding {
  /** Positions of states that the stream can go back to, at least one: the journal has all that they lack. 0: that of a stream which has not begun. */
  readonly bases: () => readonly JournalPosition[];
  readonly before: JournalPosition;
}

interface Sources {
  readonly redoLog: RedoLog;
  /** The last entry that the snapshot includes. */
  readonly position: JournalPosition;
  readonly before: JournalPosition;
}

function resultOf(stream: StreamId, outcome: ResultOutcome, { redoLog, position, before }: Sources): RestoreResult {
  const tail = redoLog.after(stream, position, before);
  return { outcome, tail, firstTail: redoLog.firstPosition(stream), ...(outcome === 'restored' && { base: position }) };
}
