import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import type { TakeState } from '../domain/learnerHost.ts';
import { pause } from '../domain/pause.ts';
import type { JournalPosition, NewSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Clock, type Delay, toDurationMs } from '../domain/time.ts';
import { cancelSnapshot, endSnapshot, type SnapshotUnderWay, type StreamResidency } from './streamResidency.ts';

export interface SnapshotWriterOptions {
  /** Resolves once the journal up to a position is on the medium. */
  readonly untilDurable: (position: JournalPosition) => Promise<void>;
  /** Position of the last journal entry on the medium. */
  readonly durable: () => JournalPosition;
  readonly save: (snapshot: NewSnapshot) => Promise<void>;
  /** Positions of the snapshots of a stream that stay beside its next one. */
  readonly besideNext: (residency: StreamResidency) => readonly JournalPosition[];
  readonly clock: Clock;
  readonly delay: Delay;
  readonly report: Report;
}

/** A snapshot that is being taken. */
export interface SnapshotJob {
  readonly stream: StreamId;
  readonly residency: StreamResidency;
  readonly begun: SnapshotUnderWay;
  /** The last journal entry that the snapshot includes. */
  readonly position: JournalPosition;
  /** Asked after each refusal of the medium: whether the snapshot is offered again. */
  readonly mustRetry: () => boolean;
  /** Hears that the snapshot is on the medium. */
  readonly stored: () => void;
}

const RETRY = toDurationMs(2000);

/** Brings snapshots to the medium, and notes it in the residency of their streams. */
export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  readonly #underWay = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
  }

  /** Resolves when all that was sent so far is on the medium, or has come to nothing. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Nothing more is offered to the medium. */
  close(): void {
    this.#isClosed = true;
  }

  /** @returns what has to be called with the stream's state */
  begin(job: SnapshotJob): TakeState {
    let take: TakeState = () => undefined;
    const sent = new Promise<void>((resolve) => {
      take = (state) => void this.#send(job, state).then(resolve);
    });
    this.#underWay.add(sent);
    void sent.then(() => this.#underWay.delete(sent));
    return take;
  }

  async #send(job: SnapshotJob, state: Uint8Array | undefined): Promise<void> {
    const { residency, begun } = job;
    if (state === undefined || !(await this.#offer(job, state))) {
      cancelSnapshot(residency, begun);
    }
  }

  async #offer(
    { stream, residency, begun, position, mustRetry, stored }: SnapshotJob,
    bytes: Uint8Array,
  ): Promise<boolean> {
    const { untilDurable, durable, save, besideNext, clock, report } = this.#options;
    for (;;) {
      // A snapshot ahead of the journal would make what the broker sends again count twice. The wait fails by an error of ours
      // alone, which is no fault of the medium: it is not tried again.
      await untilDurable(position);
      if (this.#isClosed || isVoid(residency, position)) return false;
      if (position > durable())
        throw new TidegateError('TG_INTERNAL', `a snapshot at ${position} is ahead of the journal at ${durable()}`);
      const keep = besideNext(residency);
      try {
        await save({ stream, position, bytes, keep });
        residency.isRefused = false;
        if (isVoid(residency, position)) return false;
        endSnapshot(residency, begun, { position, bytes: bytes.length, at: clock.now() }, keep);
        report({ type: 'SnapshotSaved', stream });
        stored();
        return true;
      } catch (error) {
        if (this.#isClosed) return false;
        residency.isRefused = true;
        report({ type: 'SnapshotFailed', stream, error });
      }
      if (!mustRetry()) return false;
      await pause(this.#options.delay, RETRY);
      // Meanwhile the stream may have come back and left again: the older state must not be stored after the newer one.
      if (!mustRetry()) return false;
    }
  }
}

/** A state of that position has learned from inputs that are to be omitted, or that were forgotten. */
function isVoid({ omittedAt, voidUpTo }: StreamResidency, position: JournalPosition): boolean {
  return position < omittedAt || position <= voidUpTo;
}
