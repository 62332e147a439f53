import type { JournalPosition, PastJournal } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, type DurationMs, type EpochMs, toDurationMs } from '../domain/time.ts';
import { type BackupOptions, Backups } from './backups.ts';
import type { KeptPast } from './keptPast.ts';
import type { JournalSize } from './log/journalSize.ts';
import type { RedoLog } from './log/redoLog.ts';
import { oldestRedo, STANDARD_STATE_BYTES, type StreamResidency } from './streamResidency.ts';

export interface CheckpointOptions extends BackupOptions {
  readonly redoLog: RedoLog;
  readonly size: JournalSize;
  readonly delay: Delay;
  /** First journal position that is needed to know the messages that may come again; undefined: there are none. */
  readonly messagesFrom: () => JournalPosition | undefined;
  /** First journal position that says which snapshots are still to go from the medium; undefined: there are none. Default: the same. */
  readonly removalsFrom?: () => JournalPosition | undefined;
  /** @returns whether the medium refuses everything now */
  readonly isFailing: () => boolean;
  /** Position of the next journal entry. */
  readonly nextPosition: () => JournalPosition;
  /** Port: snapshots and stores these streams. */
  readonly take: (streams: readonly StreamId[]) => void;
  /** Trims the journal before a position, as soon as all entries added so far are on the medium. */
  readonly trim: (position: JournalPosition, past: PastJournal | undefined) => Promise<void>;
  /** Snapshots and journal that are kept beyond what a start needs. Default: none. */
  readonly past?: Pick<KeptPast, 'look' | 'pastOf'>;
  /** Rewrites the tail of a stream that was not restored at the journal's end. */
  readonly rewrite: (stream: StreamId) => void;
  readonly limits: CheckpointLimits;
}

/** Limits that make a snapshot or a trim due. */
export interface CheckpointLimits {
  /** Between two looks. */
  readonly tick: DurationMs;
  /** Shortest time between two snapshots of a stream, unless one of the next two limits is reached. */
  readonly snapshotEvery: DurationMs;
  /** Number of inputs whose replay would hold up a start. */
  readonly mostNewInputs: number;
  /** Most bytes of journal that a start may have to read. */
  readonly mostJournalBytes: number;
  /** Fewest bytes that are worth a transaction. */
  readonly leastTrimBytes: number;
}

/** Five snapshots a day; a replay of about two seconds; a start that reads 16 MiB. */
export const CHECKPOINT_LIMITS: CheckpointLimits = {
  tick: toDurationMs(10_000),
  snapshotEvery: toDurationMs(86_400_000 / 5),
  mostNewInputs: 20_000,
  mostJournalBytes: 16 * 1024 * 1024,
  leastTrimBytes: 256 * 1024,
};
/** Most streams of one round: their learners are held up for it. */
const MOST_AT_ONCE = 32;
/** Most entries that one round rewrites: they must not fill the room of what waits for the medium. */
const MOST_REWRITTEN = 20_000;
/** Written per byte of a snapshot: once to the write-ahead log and once to its place. */
const WRITES_PER_BYTE = 2.1;

/**
 * Decides when a stream is written in full: as rarely as the flash is to be spared, as often as a start may take and the
 * journal may grow. Nothing is written of streams that have not changed.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #limits: CheckpointLimits;
  #cancel: (() => void) | undefined;
  /** Bytes of the journal, and all others, that are paid for. */
  #journalSeen = 0;
  #othersSeen = 0;
  readonly #backups: Backups;
  #isTrimming = false;
  #isAllDue = false;

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#backups = new Backups(options);
  }

  start(): void {
    this.#cancel = this.#options.delay(() => {
      this.tick();
      this.start();
    }, this.#limits.tick);
  }

  stop(): void {
    this.#cancel?.();
  }

  /** Entries of the journal were lost: only a snapshot can say what they led to. */
  takeAll(): void {
    this.#isAllDue = true;
  }

  /** One look at what is due. */
  tick(): void {
    const { budget, clock, isFailing, take } = this.#options;
    const now = clock.now();
    this.#payFor(now);
    if (isFailing()) return;
    this.#options.past?.look();
    const due = this.#due(now, budget.left(now));
    if (due.length > 0) take(due);
    this.#trim();
    this.#backups.look(now);
  }

  /** Pays for all bytes written since the last look. The journal takes half of what is given out at most: it comes first, but not alone. */
  #payFor(now: EpochMs): void {
    const { budget, traffic } = this.#options;
    const { bytesWritten, journalBytes } = traffic();
    const others = bytesWritten - journalBytes;
    const journal = Math.max(0, journalBytes - this.#journalSeen);
    budget.spend(Math.max(0, others - this.#othersSeen) + Math.min(journal, budget.earn(now) / 2));
    this.#othersSeen = others;
    this.#journalSeen = journalBytes;
  }

  /**
   * Every stream that has changed, those with most to replay first. A stop is rare, and after it anything may be different: the
   * configuration, the kernel, the version. What is not in the journal any more cannot be replayed otherwise.
   */
  dueAtStop(): readonly StreamId[] {
    return this.#options.isFailing() ? [] : idsOf(this.#changed());
  }

  #due(now: EpochMs, budget: number): readonly StreamId[] {
    const changed = this.#changed();
    if (this.#isAllDue) {
      this.#isAllDue = changed.length > MOST_AT_ONCE;
      return idsOf(changed.slice(0, MOST_AT_ONCE));
    }
    if (this.#options.size.bytes > this.#limits.mostJournalBytes * 0.75) return this.#holdingBack(changed);
    // A snapshot weighs little beside the journal of this many inputs, and a start that takes minutes is of no use.
    const long = changed.filter(([, residency]) => residency.newInputs >= this.#limits.mostNewInputs);
    // `abs`: a clock that ran ahead must not postpone it for ever.
    const old = changed.filter(([, residency]) => Math.abs(now - residency.savedAt) >= this.#limits.snapshotEvery);
    return [...new Set([...idsOf(long.slice(0, MOST_AT_ONCE)), ...this.#affordable(old, budget)])];
  }

  #changed(): [StreamId, StreamResidency][] {
    const changed: [StreamId, StreamResidency][] = [];
    for (const [stream, residency] of this.#options.residencies) {
      const isIdle = residency.phase === 'resident' && residency.underWay === undefined && !residency.isSealed;
      if (isIdle && residency.newInputs > 0) changed.push([stream, residency]);
    }
    return changed.sort(([, a], [, b]) => b.newInputs - a.newInputs);
  }

  #affordable(candidates: readonly [StreamId, StreamResidency][], budget: number): readonly StreamId[] {
    const taken: [StreamId, StreamResidency][] = [];
    let left = budget;
    for (const candidate of candidates) {
      left -= (candidate[1].bytes || STANDARD_STATE_BYTES) * WRITES_PER_BYTE;
      if (left < 0 || taken.length >= MOST_AT_ONCE) break;
      taken.push(candidate);
    }
    return idsOf(taken);
  }

  /** The journal is too long: those go first that need its oldest part, whatever it costs. */
  #holdingBack(changed: readonly [StreamId, StreamResidency][]): readonly StreamId[] {
    const { residencies, redoLog, rewrite, nextPosition, size } = this.#options;
    const middle = nextPosition();
    for (const stream of [...redoLog.streams()]) {
      const first = redoLog.firstPosition(stream) ?? middle;
      // Of one that is coming, samples that its tail does not have are in the journal already.
      const isAway = residencies.get(stream)?.phase === 'stored';
      if (isAway && size.before(first) < size.bytes / 2) rewrite(stream);
      if (nextPosition() - middle > MOST_REWRITTEN) break;
    }
    const oldest = [...changed].sort(([, a], [, b]) => (oldestRedo(a) ?? middle) - (oldestRedo(b) ?? middle));
    return idsOf(oldest.slice(0, MOST_AT_ONCE));
  }

  #trim(): void {
    const { size, trim, past } = this.#options;
    const position = this.#neededFrom();
    if (this.#isTrimming || size.before(position) < this.#limits.leastTrimBytes) return;
    this.#isTrimming = true;
    trim(position, past?.pastOf(position)).then(
      () => {
        size.trim(position);
        this.#isTrimming = false;
      },
      // The journal's own commits tell of a medium that fails; the next look tries again.
      () => {
        this.#isTrimming = false;
      },
    );
  }

  /** Older snapshots keep their part of the journal for as long as there is room for it. */
  #neededFrom(): JournalPosition {
    const { residencies, redoLog, size, nextPosition, messagesFrom } = this.#options;
    const isShort = size.bytes < this.#limits.mostJournalBytes / 2;
    let position = nextPosition();
    for (const residency of residencies.values()) {
      if (!isShort && isBeyondReach(residency)) continue;
      const needed = isShort ? (residency.redoFromPrevious ?? oldestRedo(residency)) : oldestRedo(residency);
      if (needed !== undefined && needed < position) position = needed;
    }
    for (const stream of redoLog.streams()) position = Math.min(position, redoLog.firstPosition(stream) ?? position);
    // However much came with each message: what is kept for them alone must not lead to snapshots.
    const messages = Math.max(messagesFrom() ?? position, size.startOfNewest(this.#limits.mostJournalBytes / 2));
    return Math.min(position, messages, this.#options.removalsFrom?.() ?? position);
  }
}

/** Its inputs in the journal cannot come into a snapshot in this life: they stay for as long as there is room for them. */
function isBeyondReach({ phase, underWay, isSealed }: StreamResidency): boolean {
  return underWay === undefined && (isSealed || phase === 'stored');
}

function idsOf(entries: readonly [StreamId, StreamResidency][]): readonly StreamId[] {
  return entries.map(([stream]) => stream);
}
