import type { JournalPosition, StoredStream } from '../domain/stateStore.ts';
import type { EpochMs } from '../domain/time.ts';

/**
 * `stored`: on the medium only. `coming`: being recalled, its samples wait. `here`: alive. `leaving`: evicted, its last state is
 * on the way to the medium.
 */
type Whereabouts = 'stored' | 'coming' | 'here' | 'leaving';

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
  /** What waited for the medium when a snapshot was taken; undefined: none is under way. */
  underWay: { readonly firstNew: JournalPosition | undefined; readonly newSamples: number } | undefined;
  /** What is on the medium cannot be read here and must not be overwritten. */
  isSealed: boolean;
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
    isSealed: false,
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

/** A sample of the stream has its place in the journal. */
export function noteSample(account: Account, position: JournalPosition): void {
  account.firstNew ??= position;
  account.firstOld ??= position;
  account.newSamples++;
  account.samples++;
}

/** A snapshot is being taken; samples from now on are not in it. */
export function beginSnapshot(account: Account): void {
  const { firstNew, newSamples } = account;
  account.underWay = { firstNew, newSamples };
  account.firstNew = undefined;
  account.newSamples = 0;
}

/** It is on the medium: the newest one before is the older one now. */
export function endSnapshot(account: Account, position: JournalPosition, bytes: number, at: EpochMs): void {
  account.generations = [position, ...account.generations.slice(0, 1)];
  account.firstOld = account.underWay?.firstNew ?? account.firstNew;
  account.underWay = undefined;
  account.bytes = bytes;
  account.savedAt = at;
}

/** It came to nothing. */
export function cancelSnapshot(account: Account): void {
  account.firstNew = account.underWay?.firstNew ?? account.firstNew;
  account.newSamples += account.underWay?.newSamples ?? 0;
  account.underWay = undefined;
}

/** The first journal entry that the newest snapshot needs to be brought up to date; undefined: none. */
export function neededFrom({ firstNew, underWay }: Account): JournalPosition | undefined {
  return underWay?.firstNew ?? firstNew;
}
