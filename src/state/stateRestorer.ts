import type { RestoreOutcome } from '../domain/learnerHost.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition, StoredSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import type { Tail } from './log/packedInputs.ts';
import type { RedoLog } from './log/redoLog.ts';

/** How a recall ended. `none`: there was no snapshot. `unreadable`: the medium would not give it. */
type RestoreResultOutcome = RestoreOutcome | 'none' | 'unreadable';

/** What has to go to a stream's learner before its next sample. */
export interface RestoreResult {
  readonly outcome: RestoreResultOutcome;
  /** Samples that the snapshot lacks, in order. */
  readonly tail: Tail;
  /** Journal position of the first of them. */
  readonly firstTail: JournalPosition | undefined;
}

export interface RestorerOptions {
  readonly load: (stream: StreamId, below?: number) => Promise<StoredSnapshot | undefined>;
  readonly restore: (stream: StreamId, state: Uint8Array) => Promise<RestoreOutcome>;
  /** What the journal said at the start. */
  readonly redoLog: RedoLog;
  /** What the journal says of one stream after a position now. */
  readonly reread: (stream: StreamId, after: JournalPosition) => Promise<RedoLog>;
  readonly delay: Delay;
}

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

/** Brings a stream back: its newest snapshot that a learner can be made from, else the one before; and the journal after it. */
export class StateRestorer {
  readonly #options: RestorerOptions;

  constructor(options: RestorerOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async restore(stream: StreamId, { hasSnapshot, before, voidUpTo }: Request): Promise<RestoreResult> {
    const { redoLog } = this.#options;
    let outcome: RestoreResultOutcome = 'none';
    let below: number | undefined;
    while (hasSnapshot) {
      const snapshot = await this.#insist(() => this.#options.load(stream, below));
      if (snapshot === 'unreadable') return resultOf(stream, snapshot, { redoLog, position: 0, before });
      if (snapshot === undefined || snapshot.position <= voidUpTo()) break;
      if (redoLog.isVoid(stream, snapshot.position)) break;
      const { position } = snapshot;
      outcome = await this.#options.restore(stream, snapshot.bytes);
      if (outcome !== 'damaged') {
        const found = below === undefined ? redoLog : await this.#insist(() => this.#options.reread(stream, position));
        return resultOf(stream, outcome, { redoLog: found === 'unreadable' ? redoLog : found, position, before });
      }
      below = snapshot.generation;
    }
    return resultOf(stream, outcome, { redoLog, position: 0, before });
  }

  /** Brings a stream back that has only just left. */
  async reattach(stream: StreamId, state: Uint8Array): Promise<RestoreResult> {
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

interface Request {
  /** false: there is only the journal. */
  readonly hasSnapshot: boolean;
  /** Position of the stream's first input that waits for it. */
  readonly before: JournalPosition;
  /** Snapshots up to this position are void; a command that comes while they are loaded counts. */
  readonly voidUpTo: () => JournalPosition;
}

interface Sources {
  readonly redoLog: RedoLog;
  /** That the snapshot includes. */
  readonly position: JournalPosition;
  readonly before: JournalPosition;
}

function resultOf(
  stream: StreamId,
  outcome: RestoreResultOutcome,
  { redoLog, position, before }: Sources,
): RestoreResult {
  return { outcome, tail: redoLog.after(stream, position, before), firstTail: redoLog.firstPosition(stream) };
}
