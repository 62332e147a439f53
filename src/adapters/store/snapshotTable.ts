import { TidegateError } from '../../domain/errors.ts';
import type { StoredSnapshot, StoredStream, StreamSnapshot } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { Catalogue, type Generation } from './catalogue.ts';
import { blob, type Database, transaction } from './database.ts';
import { decodeSnapshotHead, encodeSnapshotHead, isBodyOf, type SnapshotHead } from './snapshotRecord.ts';

const PUT = 'INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)';
const GET = 'SELECT head, body FROM snapshot WHERE id = ?';
const DELETE = 'DELETE FROM snapshot WHERE id = ?';
const HEADS = 'SELECT id, head FROM snapshot WHERE id > ? ORDER BY id LIMIT 256';

/** The snapshots in the database: two generations of each stream, the newer one never written over. */
export class SnapshotTable {
  readonly #database: Database;
  readonly #catalogue = new Catalogue();
  /** Records that were met and are not what was written. */
  damaged = 0;

  /** Reads all heads. @throws TidegateError TG_STATE_NEWER where a record is of a later format */
  constructor(database: Database) {
    this.#database = database;
    for (let last = 0; ; ) {
      const rows = database.all(HEADS, last);
      if (rows.length === 0) break;
      for (const { id, head } of rows) {
        last = id as number;
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
      this.#catalogue.addUseless(row);
    } else this.#catalogue.add({ ...head, row });
  }

  save(snapshots: readonly StreamSnapshot[], savedAt: number): void {
    const numbered = number(snapshots, (stream) => this.#catalogue.generationsOf(stream)[0]?.generation ?? 0);
    this.#put(numbered.map((snapshot) => ({ snapshot, savedAt })));
  }

  /** Takes over records of another file as they are, where they are newer than what is here. @returns how many */
  adopt(records: readonly { readonly snapshot: StoredSnapshot; readonly savedAt: number }[]): number {
    const wanted = records.filter(({ snapshot: { stream, generation } }) => {
      const known = this.#catalogue.generationsOf(stream);
      if (known.some((other) => other.generation === generation)) return false;
      return known.length < 2 || known.some((other) => other.generation < generation);
    });
    for (const record of wanted) this.#put([record]);
    return wanted.length;
  }

  #put(records: readonly { readonly snapshot: StoredSnapshot; readonly savedAt: number }[]): void {
    const taken = new Set<number>();
    const written: Generation[] = [];
    transaction(this.#database, () => {
      for (const { snapshot, savedAt } of records) {
        const row = this.#catalogue.rowFor(snapshot.stream, taken);
        const head = encodeSnapshotHead(snapshot, savedAt);
        this.#database.run(PUT, row, head, snapshot.bytes);
        taken.add(row);
        written.push({ ...(decodeSnapshotHead(head) as SnapshotHead), row });
      }
    });
    for (const generation of written) this.#catalogue.put(generation);
  }

  /** The newest generation before `below` that is whole. One that is not is never given out, and its row goes to the next. */
  load(stream: StreamId, below: number): StoredSnapshot | undefined {
    for (const generation of this.#catalogue.generationsOf(stream)) {
      if (generation.generation >= below) continue;
      const bytes = this.#read(generation);
      if (bytes !== undefined) {
        return { stream, generation: generation.generation, position: generation.position, bytes };
      }
      this.damaged++;
      this.#catalogue.drop(generation);
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

  /** When a generation was saved, as its head tells. */
  savedAt(stream: StreamId, generation: number): number | undefined {
    return this.#catalogue.generationsOf(stream).find((known) => known.generation === generation)?.savedAt;
  }

  remove(stream: StreamId): void {
    transaction(this.#database, () => {
      for (const { row } of this.#catalogue.generationsOf(stream)) this.#database.run(DELETE, row);
    });
    this.#catalogue.remove(stream);
  }

  list(): StoredStream[] {
    return this.#catalogue.list();
  }
}

/** Numbers snapshots on, also where one stream comes twice. */
function number(snapshots: readonly StreamSnapshot[], newestOf: (stream: StreamId) => number): StoredSnapshot[] {
  const newest = new Map<StreamId, number>();
  return snapshots.map((snapshot) => {
    const generation = (newest.get(snapshot.stream) ?? newestOf(snapshot.stream)) + 1;
    newest.set(snapshot.stream, generation);
    return { ...snapshot, generation };
  });
}
