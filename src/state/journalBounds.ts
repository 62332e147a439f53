import type { JournalPosition, StoreOpening } from '../domain/stateStore.ts';
import type { JournalReach } from './bases.ts';
import type { FoundJournal } from './readJournal.ts';

/** Knows where the journal begins, and up to where entries of it may be missing. */
export class JournalBounds {
  reach: JournalReach;

  /** @param position of the last entry */
  constructor({ pastFrom }: StoreOpening, { start: first, damaged }: FoundJournal, position: JournalPosition) {
    const start = first || position + 1;
    this.reach = { start: Math.min(start, pastFrom ?? start), holesUpTo: damaged > 0 ? position : 0 };
  }

  /** Entries before it may be gone. */
  noteStart(start: JournalPosition): void {
    this.reach = { ...this.reach, start: Math.max(this.reach.start, start) };
  }

  /** Entries up to there may be missing. */
  noteHoles(position: JournalPosition): void {
    this.reach = { ...this.reach, holesUpTo: position };
  }
}
