import { TidegateError } from '../domain/errors.ts';
import type { JournalPosition, StoredStream } from '../domain/stateStore.ts';
import type { EpochMs } from '../domain/time.ts';

/**
 * `stored`: its state is on the medium, or on the way there. `restoring`: its snapshot is being loaded, new inputs wait.
 * `resident`: its learner is in memory.
 */
type Phase = 'stored' | 'restoring' | 'resident';

/** The phases that may follow each phase. A restore that finds no room for the learner ends as `stored`. */
const NEXT: Readonly<Record<Phase, readonly Phase[]>> = {
  stored: ['restoring'],
  restoring: ['resident', 'stored'],
  resident: ['stored'],
};

/** Time until a stream that there was no room for is tried again. */
const REFUSED_FOR_MS = 60_000;
/** Size of a standard stream's state, assumed until one is known. */
export const STANDARD_STATE_BYTES: number = 224 * 1024;

/** A snapshot that has been taken and is not on the medium. */
export interface SnapshotUnderWay {
  readonly redoFrom: JournalPosition | undefined;
  readonly newInputs: number;
}

interface StoredAs {
  readonly position: JournalPosition;
  readonly bytes: number;
  readonly at: EpochMs;
}

/** Facts about a snapshot on the medium. */
interface KeptGeneration {
  readonly savedAt: EpochMs;
  /** The journal from this position on has all that it lacks; undefined: that is not known, but for the newest. */
  readonly redoFrom?: JournalPosition | undefined;
}

/** State of one stream in memory and on the medium. A position is undefined where there is no such input. */
export interface StreamResidency {
  readonly phase: Phase;
  /** Journal positions of the snapshots on the medium that the stream can go on from, newest first. */
  generations: readonly JournalPosition[];
  /** Facts about them, by position. */
  readonly kept: Map<JournalPosition, KeptGeneration>;
  /** Size of the newest snapshot; 0: there was none. */
  bytes: number;
  /** Time of the newest snapshot; of a stream without one, time of its first input. */
  savedAt: EpochMs;
  /** Position of the first input that the newest snapshot lacks. */
  redoFrom: JournalPosition | undefined;
  /** Position of the first input that the older snapshot lacks. */
  redoFromPrevious: JournalPosition | undefined;
  /** Number of inputs that the newest snapshot lacks. */
  newInputs: number;
  /** Number of inputs in its whole life. */
  inputs: number;
  /** undefined: no snapshot is under way. */
  underWay: SnapshotUnderWay | undefined;
  /** Time of the last restore that found no room for the learner. */
  refusedAt: EpochMs | undefined;
  /** The state on the medium cannot be read by this version and must not be overwritten. */
  isSealed: boolean;
  /** Position of the last command to forget the stream: snapshots up to there are void. -1: there was none in this life. */
  voidUpTo: JournalPosition;
  /** The journal has had its whole life so far. */
  isWhole: boolean;
  /** Position of the last order to omit inputs that was done: snapshots that were taken before it are void. */
  omittedAt: JournalPosition;
  /** The medium has refused the last snapshot that was offered. */
  isRefused: boolean;
}

export function newResidency(now: EpochMs, phase: Phase = 'resident'): StreamResidency {
  return {
    phase,
    generations: [],
    kept: new Map(),
    bytes: 0,
    savedAt: now,
    redoFrom: undefined,
    redoFromPrevious: undefined,
    newInputs: 0,
    inputs: 0,
    underWay: undefined,
    refusedAt: undefined,
    isSealed: false,
    voidUpTo: -1,
    isWhole: true,
    omittedAt: 0,
    isRefused: false,
  };
}

export function residencyOf({ generations, savedAt }: StoredStream): StreamResidency {
  return {
    ...newResidency(savedAt as EpochMs, 'stored'),
    generations: generations.map(({ position }) => position),
    kept: new Map(generations.map(({ position, savedAt: at }) => [position, { savedAt: at as EpochMs }])),
    bytes: generations[0]?.bytes ?? 0,
    isWhole: false,
  };
}

/** @throws TidegateError TG_INTERNAL where the phase cannot follow the one before: two states of one stream would be told apart no more */
export function enterPhase(residency: StreamResidency, phase: Phase): void {
  if (!NEXT[residency.phase].includes(phase))
    throw new TidegateError('TG_INTERNAL', `a stream that is ${residency.phase} cannot become ${phase}`);
  (residency as { phase: Phase }).phase = phase;
}

/** An input of the stream has its place in the journal. */
export function noteInput(residency: StreamResidency, position: JournalPosition): void {
  residency.redoFrom ??= position;
  residency.redoFromPrevious ??= position;
  residency.newInputs++;
  residency.inputs++;
}

/** The stream begins anew behind this position: neither snapshots nor inputs up to there are of any use. */
export function noteForgotten(residency: StreamResidency, position: JournalPosition): void {
  residency.voidUpTo = position;
  residency.generations = [];
  residency.bytes = 0;
  residency.redoFrom = undefined;
  residency.redoFromPrevious = undefined;
  residency.newInputs = 0;
  residency.inputs = 0;
  residency.underWay = undefined;
  residency.isSealed = false;
  residency.isWhole = true;
}

/**
 * The stream has come back from the snapshot of that position: those after it turned out to be of no use.
 * @returns whether there were some
 */
export function noteBase(residency: StreamResidency, base: JournalPosition): boolean {
  const usable = residency.generations.filter((position) => position <= base);
  const isOlder = usable.length < residency.generations.length;
  residency.generations = usable;
  return isOlder;
}

/** Until the next snapshot a start needs the journal from that position on, to come to the state of now. */
export function needJournal(residency: StreamResidency, from: JournalPosition): void {
  residency.redoFrom = Math.min(from, residency.redoFrom ?? from);
  residency.redoFromPrevious = Math.min(from, residency.redoFromPrevious ?? from);
  residency.newInputs = Math.max(1, residency.newInputs);
}

/**
 * Snapshots from before an order that was done to go on with another state are none that the stream can go back to. An order was done where there is a
 * snapshot of its own position.
 * @param orders positions of the orders
 */
export function noteAdoptedBefore(residency: StreamResidency, orders: readonly JournalPosition[]): void {
  const adoptedAt = adoptedIn(residency, orders);
  if (adoptedAt !== undefined)
    residency.generations = residency.generations.filter((generation) => generation >= adoptedAt);
}

/** Position of the last of these orders that was done; undefined: none was. */
export function adoptedIn(
  { generations }: StreamResidency,
  orders: readonly JournalPosition[],
): JournalPosition | undefined {
  return generations.find((position) => orders.includes(position));
}

/** The stream goes on with another state, which is on the medium. Inputs may have come since that position. */
export function noteAdopted(residency: StreamResidency, { position, bytes, at }: StoredAs): void {
  residency.generations = [position];
  residency.kept.set(position, { savedAt: at });
  residency.bytes = bytes;
  residency.savedAt = at;
  // The order itself says that the snapshots of before are none to go back to. They go with the next one.
  residency.redoFrom = position;
  residency.redoFromPrevious = position;
  residency.newInputs = Math.max(1, residency.newInputs);
  residency.underWay = undefined;
  residency.isSealed = false;
  residency.isWhole = false;
}

/**
 * The stream has come back without inputs of its past: a snapshot that is under way has learned of them. So have those after the one that it came back
 * from, which stay on the medium: the journal says of each what it has learned that is omitted.
 * @param at position of the order
 * @param base the last entry that the snapshot includes; 0: there was none
 */
export function noteOmitted(
  residency: StreamResidency,
  { at, base }: { readonly at: JournalPosition; readonly base: JournalPosition },
): void {
  residency.omittedAt = at;
  residency.underWay = undefined;
  if (base === 0) residency.generations = [];
  // A start takes an older snapshot only beside all that has come since.
  else needJournal(residency, base + 1);
}

/** A snapshot is taken: inputs from now on are not in it. It takes the place of one under way, whose inputs are in it too. */
export function beginSnapshot(residency: StreamResidency): SnapshotUnderWay {
  const { underWay } = residency;
  const begun = {
    redoFrom: underWay?.redoFrom ?? residency.redoFrom,
    newInputs: residency.newInputs + (underWay?.newInputs ?? 0),
  };
  residency.underWay = begun;
  residency.redoFrom = undefined;
  residency.newInputs = 0;
  return begun;
}

/** The snapshot is on the medium: the newest one before is an older one now. @param beside positions of those that stay beside it. Default: that of the newest */
export function endSnapshot(
  residency: StreamResidency,
  begun: SnapshotUnderWay,
  stored: StoredAs,
  beside: readonly JournalPosition[] = residency.generations.slice(0, 1),
): void {
  noteRedo(residency, begun.redoFrom ?? residency.redoFrom ?? stored.position + 1);
  residency.generations = [stored.position, ...residency.generations.filter((position) => beside.includes(position))];
  residency.kept.set(stored.position, { savedAt: stored.at });
  const still = new Set(residency.generations);
  for (const position of residency.kept.keys()) if (!still.has(position)) residency.kept.delete(position);
  residency.bytes = stored.bytes;
  residency.savedAt = stored.at;
  // Where a later snapshot has taken its place, the inputs of that one still need the journal.
  if (residency.underWay !== begun) return;
  residency.redoFromPrevious = begun.redoFrom ?? residency.redoFrom;
  residency.underWay = undefined;
}

/** The inputs that the newest snapshot lacks begin there. */
function noteRedo({ generations: [newest], kept }: StreamResidency, redoFrom: JournalPosition): void {
  const facts = newest === undefined ? undefined : kept.get(newest);
  if (newest !== undefined && facts !== undefined) kept.set(newest, { ...facts, redoFrom });
}

/** The snapshot came to nothing. */
export function cancelSnapshot(residency: StreamResidency, begun: SnapshotUnderWay): void {
  if (residency.underWay !== begun) return;
  residency.redoFrom = begun.redoFrom ?? residency.redoFrom;
  residency.newInputs += begun.newInputs;
  residency.underWay = undefined;
}

/** @returns position of the first entry that brings the newest snapshot up to date; undefined: none is needed */
export function oldestRedo({ redoFrom, underWay }: StreamResidency): JournalPosition | undefined {
  return underWay?.redoFrom ?? redoFrom;
}

/** The last restore found no room: without waiting, the snapshot would be read for each input of the stream. */
export function wasJustRefused({ refusedAt }: StreamResidency, now: EpochMs): boolean {
  return refusedAt !== undefined && Math.abs(now - refusedAt) < REFUSED_FOR_MS;
}
