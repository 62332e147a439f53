import { type JournalPosition, MOST_GENERATIONS, type PastJournal } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock, DurationMs } from '../domain/time.ts';
import { ageOf, basesOf, type JournalReach } from './bases.ts';
import { oldestRedo, type StreamResidency } from './streamResidency.ts';
import { thin } from './thin.ts';

export interface KeptPastOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly clock: Clock;
  readonly journalReach: () => JournalReach;
  /** Time that a stream is meant to be able to go back; 0: as far as what a start needs reaches. */
  readonly reach: DurationMs;
  /** Most bytes on the medium for that: half for snapshots, half for the journal. */
  readonly mostBytes: number;
  /** Inputs of this time may be taken in again beyond what is wanted, so that fewer snapshots are enough. */
  readonly slack: DurationMs;
}

/** Snapshots of a stream that a start needs. */
const NEEDED = 2;

/**
 * Snapshots and journal that are kept for streams to go back, beyond what a start needs: the newest snapshot that is as old as the reach, some
 * after it, the closer together the younger they are, and the journal from the oldest one on. Nothing more is written for it: snapshots are not written over.
 */
export class KeptPast {
  readonly #options: KeptPastOptions;
  /** Snapshots of a stream for which there is room. */
  #most = MOST_GENERATIONS;

  constructor(options: KeptPastOptions) {
    this.#options = options;
  }

  /** Works out how many snapshots of each stream have room. To be called now and then. */
  look(): void {
    const { residencies, mostBytes } = this.#options;
    let bytes = 0;
    for (const residency of residencies.values()) bytes += residency.bytes;
    this.#most = mostGenerations(mostBytes, bytes);
  }

  /** Positions of the snapshots that stay beside the next one. */
  besideNext(residency: StreamResidency): readonly JournalPosition[] {
    const { reach, slack, journalReach } = this.#options;
    const [newest, ...others] = residency.generations;
    if (newest === undefined) return [];
    const usable = new Set(basesOf(residency, journalReach()).map(({ position }) => position));
    const kept = [newest, ...others.filter((position) => usable.has(position))];
    const ages = kept.map((position) => this.#ageOf(residency, position));
    return thin(ages, { reach, slack, most: this.#most - 1 }).map((place) => kept[place] as JournalPosition);
  }

  /** The part of the journal that is kept beyond what a start needs. @param needed first position of that */
  pastOf(needed: JournalPosition): PastJournal {
    let from = needed;
    for (const residency of this.#options.residencies.values())
      from = Math.min(from, this.#neededOf(residency) ?? from);
    return { from, mostBytes: this.#options.mostBytes / 2 };
  }

  /** From there on the journal has all that the state of the stream lacks which is as old as the reach. */
  #neededOf(residency: StreamResidency): JournalPosition | undefined {
    const { reach, slack } = this.#options;
    const { generations, kept } = residency;
    if (reach === 0 || generations.length === 0) return undefined;
    const wanted = generations.findIndex((position) => this.#ageOf(residency, position) >= reach);
    const place = wanted < 0 ? generations.length - 1 : wanted;
    if (place === 0) return oldestRedo(residency);
    const position = generations[place] as JournalPosition;
    const known = kept.get(position)?.redoFrom;
    // Of a life before it is not known when the next input came: one that is silent for long must not hold the journal.
    const isOld = this.#ageOf(residency, position) > 2 * (reach + slack);
    return known ?? (isOld ? undefined : position + 1);
  }

  #ageOf(residency: StreamResidency, position: JournalPosition): number {
    return ageOf(residency, position, this.#options.clock.now());
  }
}

/** Number of snapshots of each stream that have room. @param mostBytes for snapshots and journal. @param bytes of one snapshot of each stream */
export function mostGenerations(mostBytes: number, bytes: number): number {
  const past = bytes > 0 ? Math.floor(mostBytes / 2 / bytes) : MOST_GENERATIONS;
  return Math.min(MOST_GENERATIONS, NEEDED + past);
}

/** Counts the snapshots of a stream that the reach leads to at most, the newest among them. @param every ms between two that are taken */
export function generationsFor(reach: number, every: number): number {
  if (reach === 0) return NEEDED;
  let most = NEEDED;
  let saves: readonly number[] = [];
  for (let now = 0; now <= 3 * reach + 8 * every; now += every) {
    const ages = saves.map((at) => now - at);
    const stay = thin(ages, { reach, slack: every, most: MOST_GENERATIONS - 1 });
    saves = [now, ...stay.map((place) => saves[place] as number)];
    most = Math.max(most, saves.length);
  }
  return most;
}

/** Number of streams whose snapshots have room. @param mostBytes for snapshots and journal. @param states of a stream. @param bytes of one */
export function streamsFor(mostBytes: number, states: number, bytes: number): number {
  return Math.floor(mostBytes / 2 / (Math.max(1, states - NEEDED) * bytes));
}
