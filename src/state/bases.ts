import type { JournalPosition } from '../domain/stateStore.ts';
import type { EpochMs } from '../domain/time.ts';
import { oldestRedo, type StreamResidency } from './streamResidency.ts';

/** Beginnings of what the journal has. */
export interface JournalReach {
  /** Entries before it may have been trimmed. */
  readonly start: JournalPosition;
  /** Entries up to here may be missing. */
  readonly holesUpTo: JournalPosition;
}

/** State that a stream can go back to. */
export interface Base {
  /** Position of the snapshot. 0: the state of a stream which has not begun. */
  readonly position: JournalPosition;
  /** All that it knows had come by then. */
  readonly savedAt: number;
  /** The journal has all that it lacks, from this position on. */
  readonly redoFrom: JournalPosition;
}

/** States that a stream can go back to, newest first. */
export function basesOf(residency: StreamResidency, { start, holesUpTo }: JournalReach): readonly Base[] {
  const { generations, kept, isWhole, redoFromPrevious } = residency;
  const never = Number.POSITIVE_INFINITY;
  const bases: Base[] = generations.map((position, place) => {
    const { savedAt = never, redoFrom } = kept.get(position) ?? {};
    return { position, savedAt, redoFrom: place === 0 ? (oldestRedo(residency) ?? never) : (redoFrom ?? position + 1) };
  });
  if (generations.length < 2 && isWhole) {
    const redoFrom = (generations.length === 0 ? oldestRedo(residency) : redoFromPrevious) ?? never;
    bases.push({ position: 0, savedAt: Number.NEGATIVE_INFINITY, redoFrom });
  }
  const isReached = ({ redoFrom }: Base, place: number): boolean =>
    redoFrom >= start || (place === 0 && generations.length > 0);
  return bases.filter((base, place) => base.position >= holesUpTo && isReached(base, place));
}

/** Time since a snapshot of the stream was stored, ms; 0 where the clock was put back. */
export function ageOf({ kept }: StreamResidency, position: JournalPosition, now: EpochMs): number {
  return Math.max(0, now - (kept.get(position)?.savedAt ?? now));
}
