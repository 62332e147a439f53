import type { TakeState } from '../domain/learnerHost.ts';
import type { JournalPosition, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Command, StreamInput } from '../domain/streamInput.ts';
import type { RedoLog } from './log/redoLog.ts';
import { type SnapshotJob, SnapshotWriter, type SnapshotWriterOptions } from './snapshotWriter.ts';
import type { RestoreResult, StateRestorer } from './stateRestorer.ts';
import {
  beginSnapshot,
  newResidency,
  noteForgotten,
  noteInput,
  residencyOf,
  type StreamResidency,
} from './streamResidency.ts';

export interface ResidencyTableOptions extends SnapshotWriterOptions {
  readonly opening: StoreOpening;
  readonly redoLog: RedoLog;
  readonly restorer: StateRestorer;
  /** Of the journal's last entry. */
  readonly position: () => JournalPosition;
  /** Removes the snapshots of a stream from the medium. */
  readonly remove: (stream: StreamId) => void;
  /** Forgets a stream in the journal and on the medium. */
  readonly forget: (stream: StreamId) => void;
  /** Samples that make a stream worth keeping when it has to leave. */
  readonly leastSamples: number;
}

/** States of streams that had to leave and that the medium does not take: beyond so many the oldest is given up. */
const MOST_LEAVING = 128;

/** A stream that there is no room for is not tried again before. */
const REFUSED_FOR_MS = 60_000;
const NO_MEMORY: RestoreResult = { outcome: 'no-memory', tail: [], firstTail: undefined };

/** The state of a stream that has left, until it is on the medium or the stream is here again. */
interface Leaving {
  readonly state: Promise<Uint8Array | undefined>;
}

/**
 * Knows of each stream where its state is. Everything but `recall` answers at once: it stands in the way of every sample.
 */
export class ResidencyTable {
  readonly #options: ResidencyTableOptions;
  readonly #residencies = new Map<StreamId, StreamResidency>();
  readonly #leaving = new Map<StreamId, Leaving>();
  readonly #writer: SnapshotWriter;

  constructor(options: ResidencyTableOptions) {
    this.#options = options;
    this.#writer = new SnapshotWriter(options);
    for (const stored of options.opening.streams) this.#residencies.set(stored.stream, residencyOf(stored));
    const now = options.clock.now();
    for (const stream of options.redoLog.streams()) {
      if (!this.#residencies.has(stream)) this.#residencies.set(stream, { ...newResidency(now), phase: 'stored' });
    }
  }

  /** Resolves when every snapshot that was taken so far is on the medium, or has come to nothing. */
  async settled(): Promise<void> {
    await this.#writer.settled();
  }

  /** Snapshots that are not on the medium yet come to nothing: the journal has what they hold. */
  close(): void {
    this.#writer.close();
  }

  /** Every stream that is here or on the medium. */
  get residencies(): ReadonlyMap<StreamId, StreamResidency> {
    return this.#residencies;
  }

  /**
   * An input has its place in the journal.
   * @returns whether it may go on to its learner; else its stream has to be recalled first, and the input waits
   */
  note(input: StreamInput, position: JournalPosition): boolean {
    const { stream } = input;
    let residency = this.#residencies.get(stream);
    if (residency === undefined) {
      residency = newResidency(this.#options.clock.now());
      this.#residencies.set(stream, residency);
    }
    noteInput(residency, position);
    if (input.kind === 'command') this.#obey(input, residency, position);
    return residency.phase === 'resident';
  }

  #obey({ stream, command }: Command, residency: StreamResidency, position: JournalPosition): void {
    switch (command) {
      case 'forget':
        noteForgotten(residency, position);
        this.#options.remove(stream);
        break;
      default:
        command satisfies never;
    }
  }

  /**
   * Brings a stream's state back to its learner. Once at a time for a stream; never rejects.
   * @param first of the sample that waits for it
   */
  async restore(stream: StreamId, first: JournalPosition): Promise<RestoreResult> {
    const { restorer } = this.#options;
    const residency = this.#residencies.get(stream) as StreamResidency;
    const leaving = this.#leaving.get(stream);
    if (this.#wasJustRefused(residency)) return NO_MEMORY;
    residency.phase = 'restoring';
    const state = await leaving?.state;
    const result =
      state === undefined
        ? await restorer.restore(stream, {
            hasSnapshot: residency.generations.length > 0,
            before: first,
            voidUpTo: () => residency.voidUpTo,
          })
        : await restorer.reattach(stream, state);
    if (result.outcome === 'no-memory') {
      residency.phase = 'stored';
      residency.refusedAt = this.#options.clock.now();
    } else this.#arrive(stream, residency, result);
    return result;
  }

  /** As `recall`, of a stream that no sample has come of. @returns undefined where it is here already, or on its way */
  restoreAwaited(stream: StreamId, first: JournalPosition): Promise<RestoreResult> | undefined {
    return this.#residencies.get(stream)?.phase === 'stored' ? this.restore(stream, first) : undefined;
  }

  /** Its snapshot is not read for each of its samples. */
  #wasJustRefused({ refusedAt }: StreamResidency): boolean {
    return refusedAt !== undefined && Math.abs(this.#options.clock.now() - refusedAt) < REFUSED_FOR_MS;
  }

  #arrive(stream: StreamId, residency: StreamResidency, { outcome, tail, firstTail }: RestoreResult): void {
    const { redoLog, report, leastSamples } = this.#options;
    redoLog.drop(stream);
    this.#leaving.delete(stream);
    residency.phase = 'resident';
    residency.newSamples += tail.length;
    residency.samples += tail.length + (outcome === 'restored' ? leastSamples : 0);
    residency.redoFrom = firstTail ?? residency.redoFrom;
    residency.redoFromPrevious = firstTail ?? residency.redoFromPrevious;
    residency.isSealed = outcome === 'newer' || outcome === 'unreadable';
    if (outcome === 'restored') report({ type: 'StreamRecalled', stream, replayed: tail.length });
    else if (outcome !== 'none') report({ type: 'StateRefused', stream, outcome });
  }

  /**
   * The state of a stream that is here is taken at this moment.
   * @returns undefined where no snapshot is wanted now
   */
  checkpoint(stream: StreamId): TakeState | undefined {
    const residency = this.#residencies.get(stream);
    if (residency === undefined || residency.isSealed || residency.underWay !== undefined) return undefined;
    return this.#writer.begin(this.#job(stream, residency, () => false));
  }

  /** As `checkpoint`, of a stream that makes room for another. */
  leave(stream: StreamId): TakeState | undefined {
    const residency = this.#residencies.get(stream);
    if (residency === undefined) return undefined;
    if (residency.samples < this.#options.leastSamples || residency.isSealed) {
      this.#residencies.delete(stream);
      if (!residency.isSealed) this.#options.forget(stream);
      return undefined;
    }
    residency.phase = 'stored';
    let give: TakeState = () => undefined;
    const state = new Promise<Uint8Array | undefined>((resolve) => {
      give = resolve;
    });
    const leaving = { state };
    // Nobody else has this state: it is offered until the medium takes it, or the stream takes it back.
    const mustRetry = (): boolean => this.#leaving.get(stream) === leaving;
    const send = this.#writer.begin(this.#job(stream, residency, mustRetry));
    this.#hold(stream, leaving);
    return (bytes) => {
      give(bytes);
      send(bytes);
    };
  }

  #job(stream: StreamId, residency: StreamResidency, mustRetry: () => boolean): SnapshotJob {
    const begun = beginSnapshot(residency);
    const stored = (): void => {
      if (mustRetry()) this.#leaving.delete(stream);
    };
    return { stream, residency, begun, position: this.#options.position(), mustRetry, stored };
  }

  #hold(stream: StreamId, leaving: Leaving): void {
    this.#leaving.delete(stream);
    this.#leaving.set(stream, leaving);
    const [oldest] = this.#leaving.keys();
    if (this.#leaving.size > MOST_LEAVING && oldest !== undefined) this.#leaving.delete(oldest);
  }
}
