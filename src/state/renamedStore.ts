import type { JournalPosition, NewSnapshot, StateStore, StoredStream, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { NameOf } from './log/nameOf.ts';

/** A stream that has another name from a position of the journal on, and whose state may still have the former one. */
export interface PendingRename {
  readonly from: StreamId;
  readonly to: StreamId;
  readonly position: JournalPosition;
}

/** A store, and the names of streams by those that its journal has. */
export interface RenamedStore {
  readonly store: StateStore;
  readonly nameOf: NameOf;
  /** There was no snapshot of the present name when the store was opened. */
  readonly wasPending: () => boolean;
}

/**
 * A store in which the snapshots of a stream may have its former name: the process died before there was one of the present name. They are given
 * under the present one, until the first snapshot of that is stored. What the journal has of the former name is of the present one then, and what
 * had the present name before is gone.
 * @param onMoved hears that there is a snapshot of the present name: nothing is needed of the former one any more
 */
export function renamedStore(
  store: StateStore,
  { from, to, position: since }: PendingRename,
  onMoved: () => void,
): RenamedStore {
  let isPending = false;
  let wasPending = false;
  let end: JournalPosition = 0;
  const shown = (streams: readonly StoredStream[]): readonly StoredStream[] =>
    isPending ? streams.map((stored) => (stored.stream === from ? { ...stored, stream: to } : stored)) : streams;
  const showOpening = (opening: StoreOpening): StoreOpening => ({ ...opening, streams: shown(opening.streams) });

  const nameOf: NameOf = (stream, position) => {
    if (!wasPending || position > end) return stream;
    if (stream === from) return to;
    return stream === to && position <= since ? undefined : stream;
  };

  const renamed: StateStore = {
    async open() {
      const opening = await store.open();
      isPending = !opening.streams.some(({ stream }) => stream === to);
      wasPending = isPending;
      end = opening.lastPosition;
      return showOpening(opening);
    },
    repair: async () => showOpening(await store.repair()),
    append: (batch) => store.append(batch),
    readJournal: (take, from) => store.readJournal(take, from),
    trim: (position, past) => store.trim(position, past),
    async save(snapshots: readonly NewSnapshot[]) {
      await store.save(snapshots);
      if (!isPending || !snapshots.some(({ stream }) => stream === to)) return;
      isPending = false;
      onMoved();
    },
    async load(stream, below) {
      if (!isPending || stream !== to) return store.load(stream, below);
      const snapshot = await store.load(from, below);
      return snapshot && { ...snapshot, stream: to };
    },
    remove: (stream) => store.remove(isPending && stream === to ? from : stream),
    list: async () => shown(await store.list()),
    backup: () => store.backup(),
    traffic: () => store.traffic(),
    close: () => store.close(),
  };
  return { store: renamed, nameOf, wasPending: () => wasPending };
}
