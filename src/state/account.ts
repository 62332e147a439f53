import type { JournalPosition, StoredStream } from '../domain/stateStore.ts';
import type { EpochMs } from '../domain/time.ts';

/** `stored`: on the medium, or on the way there. `coming`: being recalled, its samples wait. `here`: alive. */
type Whereabouts = 'stored' | 'coming' | 'here';

/** What waits for the medium while a snapshot is on its way. */
export interface SnapshotUnderWay {
  readonly firstNew: JournalPosition | undefined;
  readonly newSamples: number;
}

interface StoredAs {
  readonly position: JournalPosition;
  readonly bytes: number;
  readonly at: EpochMs;
}

/** What is known of one stream's state, here and on the medium. Positions are undefined where there is no such sample. */
export interface Account {
  whereabouts: Whereabouts;
  /** Of the snapshots on the medium, newest first; two at most. */
  generations: readonly JournalPosition[];
  /** Of a snapshot; 0 while there was none. */
  bytes: number;
  /** When the newest snapshot was taken; of a stream without one, when it began. */
  savedAt: EpochMs;
  /** Of the first sample that the newest snapshot lacks. */
  firstNew: JournalPosition | undefined;
  /** Of the first sample that the older snapshot lacks. */
  firstOld: JournalPosition | undefined;
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

export function newAccount(now: EpochMs): Account {
  return {
    whereabouts: 'here',
    generations: [],
    bytes: 0,
    savedAt: now,
    firstNew: undefined,
    firstOld: undefined,
    newSamples: 0,
    samples: 0,
    underWay: undefined,
    refusedAt: undefined,
    isSealed: false,
    voidUpTo: -1,
  };
}

export function accountOf({ generations, savedAt }: StoredStream): Account {
  return {
    ...newAccount(savedAt as EpochMs),
    whereabouts: 'stored',
    generations: generations.map(({ position }) => position),
    bytes: generations[0]?.bytes ?? 0,
  };
}

/** An input of the stream has its place in the journal. */
export function noteInput(account: Account, position: JournalPosition): void {
  account.firstNew ??= position;
  account.firstOld ??= position;
  account.newSamples++;
  account.samples++;
}

/** The stream was told to begin anew: nothing of before is of use any more. */
export function noteForgotten(account: Account, position: JournalPosition): void {
  account.voidUpTo = position;
  account.generations = [];
  account.isSealed = false;
}

/** A snapshot is being taken; samples from now on are not in it. In place of one that is still under way: that one's samples are in it too. */
export function beginSnapshot(account: Account): SnapshotUnderWay {
  const { underWay } = account;
  const begun = {
    firstNew: underWay?.firstNew ?? account.firstNew,
    newSamples: account.newSamples + (underWay?.newSamples ?? 0),
  };
  account.underWay = begun;
  account.firstNew = undefined;
  account.newSamples = 0;
  return begun;
}

/** It is on the medium: the newest one before is the older one now. */
export function endSnapshot(account: Account, begun: SnapshotUnderWay, stored: StoredAs): void {
  account.generations = [stored.position, ...account.generations.slice(0, 1)];
  account.bytes = stored.bytes;
  account.savedAt = stored.at;
  // Where a later one has taken its place, that one's samples still need the journal.
  if (account.underWay !== begun) return;
  account.firstOld = begun.firstNew ?? account.firstNew;
  account.underWay = undefined;
}

/** It came to nothing. */
export function cancelSnapshot(account: Account, begun: SnapshotUnderWay): void {
  if (account.underWay !== begun) return;
  account.firstNew = begun.firstNew ?? account.firstNew;
  account.newSamples += begun.newSamples;
  account.underWay = undefined;
}

/** The first journal entry that the newest snapshot needs to be brought up to date; undefined: none. */
export function neededFrom({ firstNew, underWay }: Account): JournalPosition | undefined {
  return underWay?.firstNew ?? firstNew;
}
