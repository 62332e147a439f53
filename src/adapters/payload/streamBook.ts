import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSource, StreamSpec } from '../../domain/streamSpec.ts';
import { createRecentMap, type RecentMap } from './recentMap.ts';

/**
 * Remembers which source owns each stream, so that two sources are never mixed into one memory. A source owns its stream for as
 * long as anybody holds the source object that `ownerOf` has given: a sample on its way, or the record of a living stream. Beyond
 * that the streams heard of last are remembered.
 */
export interface StreamBook {
  /** The owner: a source equal to the one given where the stream was free, or was that source's before. */
  ownerOf(stream: StreamId, source: StreamSource): StreamSource;
  /** undefined: the stream has no owner. */
  find(stream: StreamId): StreamSource | undefined;
  /** Gives each stream the entry that reads it from now on. @param heirOf undefined: none does, and the stream has no owner any more */
  bequeath(heirOf: (stream: StreamId, source: StreamSource) => StreamSpec | undefined): void;
  /**
   * Changes whenever a name is claimed, or one that was nearly forgotten comes back. While it stays the same, every owner is the one that
   * it was, and who asked before need not ask again.
   */
  readonly epoch: number;
  /** Streams that take up room here. */
  readonly size: number;
}

/** The book's own copy of a source: it stays the same object when another entry comes to read the stream. */
type Owner = Omit<StreamSource, 'spec'> & { spec: StreamSpec };

/**
 * New names of one turn of the event loop whose holders are watched: more than one read from a socket can bring. V8 collects nothing
 * that is watched before the turn ends, so without this bound a long turn would fill the memory. Those beyond are remembered as the
 * others are, and no longer.
 */
const MOST_PER_TURN = 8192;
/** Fewer entries are not worth a look for those that are held no more. */
const FEWEST_TO_TIDY = 1024;

/** @param capacity streams that are remembered though their source is held no more */
export function createStreamBook(capacity: number): StreamBook {
  const recent = createRecentMap<StreamId, Owner>(capacity);
  /** All owners that are held, and some that are not held any more. */
  const held = new Map<StreamId, WeakRef<Owner>>();
  let tidyAt = FEWEST_TO_TIDY;
  let newInTurn = 0;
  let epoch = 0;

  function find(stream: StreamId): StreamSource | undefined {
    const known = recent.get(stream);
    if (known !== undefined) return known;
    const owner = held.get(stream)?.deref();
    if (owner !== undefined) {
      epoch++;
      recent.set(stream, owner);
    }
    return owner;
  }

  function watch(stream: StreamId, owner: Owner): void {
    if (newInTurn >= MOST_PER_TURN) return;
    if (newInTurn++ === 0) {
      queueMicrotask(() => {
        newInTurn = 0;
      });
    }
    if (held.size >= tidyAt) tidy();
    held.set(stream, new WeakRef(owner));
  }

  function tidy(): void {
    for (const [stream, reference] of held) if (reference.deref() === undefined) held.delete(stream);
    tidyAt = Math.max(FEWEST_TO_TIDY, 2 * held.size);
  }

  return {
    find,
    bequeath(heirOf) {
      epoch++;
      bequeathAll(recent, held, heirOf);
    },
    ownerOf(stream, source) {
      const known = find(stream);
      if (known !== undefined) return known;
      // One object for each stream: the source of a topic would be held, with all its names, for as long as one of its streams lives.
      const owner = { ...source };
      epoch++;
      recent.set(stream, owner);
      watch(stream, owner);
      return owner;
    },
    get epoch() {
      return epoch;
    },
    get size() {
      return held.size;
    },
  };
}

function bequeathAll(
  recent: RecentMap<StreamId, Owner>,
  held: Map<StreamId, WeakRef<Owner>>,
  heirOf: (stream: StreamId, source: StreamSource) => StreamSpec | undefined,
): void {
  const orphaned = new Map<StreamId, boolean>();
  const isOrphaned = (stream: StreamId, owner: Owner): boolean => {
    const known = orphaned.get(stream);
    if (known !== undefined) return known;
    const heir = heirOf(stream, owner);
    if (heir !== undefined) owner.spec = heir;
    orphaned.set(stream, heir === undefined);
    return heir === undefined;
  };
  recent.forgetWhere(isOrphaned);
  for (const [stream, reference] of held) {
    const owner = reference.deref();
    if (owner === undefined || isOrphaned(stream, owner)) held.delete(stream);
  }
}
