import type { RestoreOutcome } from '../domain/learnerHost.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition, StoredSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import type { Base } from './bases.ts';
import type { Tail } from './log/packedInputs.ts';
import type { RedoLog } from './log/redoLog.ts';
import type { Reread } from './rereadJournal.ts';

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
  readonly evict: (stream: StreamId) => void;
  /** The journal as it was at the start. */
  readonly redoLog: RedoLog;
  /** The journal as it is now, of one stream and after a position. */
  readonly reread: (stream: StreamId, after: JournalPosition) => Promise<Reread>;
  readonly delay: Delay;
}

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

/** Restores a stream from its newest snapshot that a learner can be made from, else from one before; and the journal after it. */
export class StateRestorer {
  readonly #options: RestorerOptions;

  constructor(options: RestorerOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async restore(stream: StreamId, request: Request): Promise<RestoreResult> {
    let wasSpared = false;
    const result = await this.#restore(stream, request, (position, { redoLog, from }) => {
      // To have learned from what was to be omitted is better than to lack what is between.
      const isSpared = redoLog.isTainted(stream, position) || (wasSpared && from > position + 1);
      wasSpared ||= isSpared;
      return isSpared;
    });
    // Where every snapshot has learned from what was to be omitted, that costs less than all that the stream has learned.
    const isLost = result.outcome === 'none' && wasSpared;
    return isLost ? await this.#restore(stream, request, () => false) : result;
  }

  async #restore(
    stream: StreamId,
    { hasSnapshot, before, voidUpTo }: Request,
    isSpared: (position: JournalPosition, journal: Omit<Reread, 'isWhole'>) => boolean,
  ): Promise<RestoreResult> {
    const { redoLog } = this.#options;
    const known = { redoLog, from: 0 };
    let outcome: ResultOutcome = 'none';
    let below: number | undefined;
    while (hasSnapshot) {
      const snapshot = await this.#insist(() => this.#options.load(stream, below));
      if (snapshot === 'unreadable') return resultOf(stream, snapshot, { redoLog, position: 0, before });
      if (snapshot === undefined || snapshot.position <= voidUpTo()) break;
      if (redoLog.isVoid(stream, snapshot.position)) break;
      const { position } = snapshot;
      // What was read at the start begins behind older ones.
      const found = below === undefined ? known : await this.#insist(() => this.#options.reread(stream, position));
      const journal = found === 'unreadable' ? known : found;
      below = snapshot.generation;
      if (isSpared(position, journal)) continue;
      // As `SnapshotWriter` takes care that no snapshot is ahead of the journal.
      const isAhead = position >= before;
      outcome = isAhead ? 'damaged' : await this.#options.restore(stream, snapshot.bytes);
      if (outcome !== 'damaged') return resultOf(stream, outcome, { redoLog: journal.redoLog, position, before });
    }
    return resultOf(stream, outcome, { redoLog, position: 0, before });
  }

  /**
   * Restores a stream from a snapshot that has learned nothing of what the journal says is to be omitted, and the journal after it.
   * @returns undefined where there is none any more, or it cannot be restored now. Never rejects
   */
  async rewind(stream: StreamId, { bases, first, before }: Rewinding): Promise<RestoreResult | undefined> {
    for (const { position, redoFrom } of bases()) {
      if (position >= first) continue;
      const found = await this.#insist(() => this.#options.reread(stream, position));
      if (found === 'unreadable') return undefined;
      const { redoLog, from, isWhole } = found;
      // As they are now: the journal may have been trimmed meanwhile. One that has learned from what an order before has omitted would bring that back.
      const isStill = bases().some((still) => still.position === position);
      if (!isWhole || !isStill || from > redoFrom || redoLog.isTainted(stream, position)) continue;
      if (position === 0) return resultOf(stream, 'none', { redoLog, position, before });
      const snapshot = await this.#insist(() => this.#find(stream, position));
      if (snapshot === 'unreadable') return undefined;
      const outcome = snapshot === undefined ? 'damaged' : await this.#options.restore(stream, snapshot.bytes);
      if (outcome === 'restored') return resultOf(stream, outcome, { redoLog, position, before });
      if (outcome !== 'damaged') return undefined;
    }
    return undefined;
  }

  /** The newest snapshot of that position. */
  async #find(stream: StreamId, position: JournalPosition): Promise<StoredSnapshot | undefined> {
    let snapshot = await this.#options.load(stream);
    while (snapshot !== undefined && snapshot.position !== position)
      snapshot = await this.#options.load(stream, snapshot.generation);
    return snapshot;
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

  /** Takes back what was restored: the stream has nothing. */
  evict(stream: StreamId): void {
    this.#options.evict(stream);
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
  /** States that the stream can go back to, as they are now, newest first. */
  readonly bases: () => readonly Base[];
  /** Position of the first input that it is not to have. */
  readonly first: JournalPosition;
  /** Position of the stream's first input that waits for it. */
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
