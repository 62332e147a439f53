import { TidegateError } from '../../../domain/errors.ts';
import { type NewSnapshot, type StoredSnapshot, type StoredStream, StoreError } from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { blob, type Database, transaction } from '../sqlite/database.ts';
import { type Generation, SnapshotIndex } from './snapshotIndex.ts';
import { decodeSnapshotHead, encodeSnapshotHead, isBodyOf, type SnapshotHead } from './snapshotRecord.ts';

const PUT = 'INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)';
const GET = 'SELECT head, body FROM snapshot WHERE id = ?';
const DELETE = 'DELETE FROM snapshot WHERE id = ?';
const HEADS = 'SELECT id, head FROM snapshot WHERE id > ? ORDER BY id LIMIT 256';

/** The snapshots in the database: generations of each stream, the newest one never written over. */
export class SnapshotTable {
  readonly #database: Database;
  readonly #index = new SnapshotIndex();
  /** Records that were met and are not what was written. */
  damaged = 0;
  #damagedHeads = 0;

  /** Reads all heads. @throws TidegateError TG_STATE_NEWER where a record is of a later format */
  constructor(database: Database) {
    this.#database = database;
    for (let last = 0; ; ) {
      const rows = database.all(HEADS, last);
      if (rows.length === 0) break;
      for (const { id, head } of rows) {
        if (!(Number(id) > last)) throw new StoreError('damaged', 'rows of the state file are out of order');
        last = Number(id);
        this.#meet(last, decodeSnapshotHead(blob(head)));
      }
    }
  }

  #meet(row: number, head: SnapshotHead | 'newer' | 'damaged'): void {
    if (head === 'newer') {
      const text = 'a snapshot was written by a newer version of tidegate; nothing was touched';
      throw new TidegateError('TG_STATE_NEWER', text);
    }
    if (head === 'damaged') {
      this.damaged++;
      this.#damagedHeads++;
      this.#index.addUseless(row);
    } else this.#index.add({ ...head, row });
  }

  save(snapshots: readonly NewSnapshot[], savedAt: number): void {
    const numbered = number(snapshots, (stream) => this.#index.newestOf(stream));
    this.#put(
      numbered.map(({ keep, ...snapshot }) => ({
        ...{ snapshot, savedAt },
        goingOf: (generations) => this.#index.goingOf(generations, keep),
      })),
    );
  }

  /** Takes over a snapshot of another file where it is one of the stream's two newest. @returns whether it did */
  adopt(snapshot: StoredSnapshot, savedAt: number): boolean {
    const known = this.#index.generationsOf(snapshot.stream);
    const newer = known.filter((other) => isNewer(other, snapshot));
    const next = newer.at(-1)?.generation ?? Number.POSITIVE_INFINITY;
    // Of two lives of one stream, the numbers of the earlier one may be larger.
    if (newer.length > 1 || snapshot.generation >= next || known.some((other) => isSame(other, snapshot))) return false;
    const isNewest = newer.length === 0;
    const generation = isNewest ? Math.max(snapshot.generation, (known[0]?.generation ?? 0) + 1) : snapshot.generation;
    if (!isNewest && known.length > 1 && generation <= known[1].generation) return false;
    const staying = isNewest ? known.slice(0, 1) : newer;
    const going = known.filter((other) => !staying.includes(other));
    this.#put([{ snapshot: { ...snapshot, generation }, savedAt, goingOf: () => going }]);
    return true;
  }

  #put(records: readonly PutRecord[]): void {
    const taken = new Set<number>();
    const written: { readonly generation: Generation; readonly going: readonly Generation[] }[] = [];
    // A stream may come twice.
    const now = new Map<StreamId, readonly Generation[]>();
    transaction(this.#database, () => {
      for (const { snapshot, savedAt, goingOf } of records) {
        const { stream } = snapshot;
        const there = now.get(stream) ?? this.#index.generationsOf(stream);
        const going = goingOf(there);
        const row = this.#index.rowFor(going, taken);
        const head = encodeSnapshotHead(snapshot, savedAt);
        this.#database.run(PUT, row, head, snapshot.bytes);
        // What is left of them would be found by the next start.
        for (const gone of going) if (gone.row !== row) this.#database.run(DELETE, gone.row);
        taken.add(row);
        const generation = { ...(decodeSnapshotHead(head) as SnapshotHead), row };
        written.push({ generation, going });
        now.set(stream, [generation, ...there.filter((other) => !going.includes(other))]);
      }
    });
    for (const { generation, going } of written) this.#index.put(generation, going);
  }

  /** The newest generation before `below` that is whole. One that is not is never given out, and its row goes to the next. */
  load(stream: StreamId, below: number): StoredSnapshot | undefined {
    for (const generation of this.#index.generationsOf(stream)) {
      if (generation.generation >= below) continue;
      const bytes = this.#read(generation);
      if (bytes !== undefined) {
        return { stream, generation: generation.generation, position: generation.position, bytes };
      }
      this.damaged++;
      this.#index.drop(generation);
    }
    return undefined;
  }

  #read({ row, stream, generation }: Generation): Uint8Array | undefined {
    const found = this.#database.all(GET, row)[0];
    if (found === undefined) return undefined;
    const head = decodeSnapshotHead(blob(found['head']));
    const body = blob(found['body']);
    if (typeof head === 'string' || head.stream !== stream || head.generation !== generation) return undefined;
    return isBodyOf(head, body) ? body : undefined;
  }

  /** Tells if a generation of the stream turned out to be damaged, or may be the one that a damaged head belonged to. */
  mayHaveLost(stream: StreamId): boolean {
    return this.#index.hasLost(stream) || this.#damagedHeads > 0;
  }

  /** When a generation that is there was saved, ms since the epoch. */
  savedAt(stream: StreamId, generation: number): number {
    return this.#index.generationsOf(stream).find((known) => known.generation === generation)?.savedAt ?? 0;
  }

  /** Copies the newest generations of each stream into an empty database, as they are. */
  copyNewest(most: number, into: Database): void {
    let copied = 0;
    transaction(into, () => {
      for (const { stream } of this.list()) {
        for (const { row } of this.#index.generationsOf(stream).slice(0, most)) {
          const found = this.#database.all(GET, row)[0];
          if (found !== undefined) into.run(PUT, ++copied, blob(found['head']), blob(found['body']));
        }
      }
    });
  }

  remove(stream: StreamId): void {
    transaction(this.#database, () => {
      for (const { row } of this.#index.generationsOf(stream)) this.#database.run(DELETE, row);
    });
    this.#index.remove(stream);
  }

  list(): StoredStream[] {
    return this.#index.list();
  }
}

interface PutRecord {
  readonly snapshot: StoredSnapshot;
  readonly savedAt: number;
  /** Generations of the stream that go, of those that are there. */
  readonly goingOf: (there: readonly Generation[]) => readonly Generation[];
}

type Place = Pick<StoredSnapshot, 'generation' | 'position'>;

const isSame = (a: Place, b: Place): boolean => a.generation === b.generation && a.position === b.position;

/** By what the journal says: a stream that was forgotten and came again begins with generation 1 anew. */
function isNewer(a: Place, b: Place): boolean {
  return a.position > b.position || (a.position === b.position && a.generation > b.generation);
}

/** Numbers snapshots on, also where one stream comes twice. */
function number(
  snapshots: readonly NewSnapshot[],
  newestOf: (stream: StreamId) => number,
): (StoredSnapshot & NewSnapshot)[] {
  const newest = new Map<StreamId, number>();
  return snapshots.map((snapshot) => {
    const generation = (newest.get(snapshot.stream) ?? newestOf(snapshot.stream)) + 1;
    newest.set(snapshot.stream, generation);
    return { ...snapshot, generation };
  });
}
