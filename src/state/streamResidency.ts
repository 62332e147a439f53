import type { JournalPosition, StoredStream } from '../domain/stateStore.ts';
import type { EpochMs } from '../domain/time.ts';

/** `stored`: on the medium, or on the way there. `coming`: being recalled, its samples wait. `here`: alive. */
type Phase = 'stored' | 'restoring' | 'resident';

/** What waits for the medium while a snapshot is on its way. */
export interface SnapshotUnderWay {
  readonly redoFrom: JournalPosition | undefined;
  readonly newSamples: number;
}

interface StoredAs {
  readonly position: JournalPosition;
  readonly bytes: number;
  readonly at: EpochMs;
}

/** What is known of one stream's state, here and on the medium. Positions are undefined where there is no such sample. */
export interface StreamResidency {
  phase: Phase;
  /** Of the snapshots on the medium, newest first; two at most. */
  generations: readonly JournalPosition[];
  /** Of a snapshot; 0 while there was none. */
  bytes: number;
  /** When the newest snapshot was taken; of a stream without one, when it began. */
  savedAt: EpochMs;
  /** Of the first sample that the newest snapshot lacks. */
  redoFrom: JournalPosition | undefined;
  /** Of the first sample that the older snapshot lacks. */
  redoFromPrevious: JournalPosition | undefined;
  /** Samples that the newest snapshot lacks. */
  newSamples: number;
  /** Samples in its whole life here. */
  samples: number;
  /** undefined: no snapshot is under way. */
  underWay: SnapshotUnderWay | undefined;
  /** When there was no room for its learner last. */
  refusedAt: EpochMs | undefined;
  /** What is on the medium cannot be read here and must not be overwritten. */
  isSealed: boolean;
  /** Position of the last command to forget the stream: snapshots up to there are void. -1: there was none in this life. */
  voidUpTo: JournalPosition;
}

export function newResidency(now: EpochMs): StreamResidency {
  return {
    phase: 'resident',
    generations: [],
    bytes: 0,
    savedAt: now,
    redoFrom: undefined,
    redoFromPrevious: undefined,
    newSamples: 0,
    samples: 0,
    underWay: undefined,
    refusedAt: undefined,
    isSealed: false,
    voidUpTo: -1,
  };
}

export function residencyOf({ generations, savedAt }: StoredStream): StreamResidency {
  return {
    ...newResidency(savedAt as EpochMs),
    phase: 'stored',
    generations: generations.map(({ position }) => position),
    bytes: generations[0]?.bytes ?? 0,
  };
}

/** An input of the stream has its place in the journal. */
export function noteInput(residency: StreamResidency, position: JournalPosition): void {
  residency.redoFrom ??= position;
  residency.redoFromPrevious ??= position;
  residency.newSamples++;
  residency.samples++;
}

/** The stream was told to begin anew: nothing of before is of use any more. */
export function noteForgotten(residency: StreamResidency, position: JournalPosition): void {
  residency.voidUpTo = position;
  residency.generations = [];
  residency.isSealed = false;
}

/** A snapshot is being taken; samples from now on are not in it. In place of one that is still under way: that one's samples are in it too. */
export function beginSnapshot(residency: StreamResidency): SnapshotUnderWay {
  const { underWay } = residency;
  const begun = {
    redoFrom: underWay?.redoFrom ?? residency.redoFrom,
    newSamples: residency.newSamples + (underWay?.newSamples ?? 0),
  };
  residency.underWay = begun;
  residency.redoFrom = undefined;
  residency.newSamples = 0;
  return begun;
}

/** It is on the medium: the newest one before is the older one now. */
export function endSnapshot(residency: StreamResidency, begun: SnapshotUnderWay, stored: StoredAs): void {
  residency.generations = [stored.position, ...residency.generations.slice(0, 1)];
  residency.bytes = stored.bytes;
  residency.savedAt = stored.at;
  // Where a later one has taken its place, that one's samples still need the journal.
  if (residency.underWay !== begun) return;
  residency.redoFromPrevious = begun.redoFrom ?? residency.redoFrom;
  residency.underWay = undefined;
}

/** It came to nothing. */
export function cancelSnapshot(residency: StreamResidency, begun: SnapshotUnderWay): void {
  if (residency.underWay !== begun) return;
  residency.redoFrom = begun.redoFrom ?? residency.redoFrom;
  residency.newSamples += begun.newSamples;
  residency.underWay = undefined;
}

/** The first journal entry that the newest snapshot needs to be brought up to date; undefined: none. */
export function oldestRedo({ redoFrom, underWay }: StreamResidency): JournalPosition | undefined {
  return underWay?.redoFrom ?? redoFrom;
}
