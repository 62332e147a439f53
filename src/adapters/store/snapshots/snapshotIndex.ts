import { type JournalPosition, MOST_GENERATIONS, type StoredStream } from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import type { SnapshotHead } from './snapshotRecord.ts';

/** One generation of a stream and the row that holds it. */
export interface Generation extends SnapshotHead {
  readonly row: number;
}

/** Which rows hold what, in memory: as many entries as the store has snapshots. */
export class SnapshotIndex {
  /** Newest first. */
  readonly #streams = new Map<StreamId, Generation[]>();
  /** Newest generation of streams that had one which turned out to be damaged. */
  readonly #lost = new Map<StreamId, number>();
  readonly #free = new Set<number>();
  #nextRow = 1;

  /** A row that was found. @returns the row that is thereby of no use, where there is one */
  add(generation: Generation): void {
    this.#take(generation.row);
    const all = [...this.generationsOf(generation.stream), generation].sort((a, b) => b.generation - a.generation);
    for (const { row } of all.splice(MOST_GENERATIONS)) this.#free.add(row);
    this.#streams.set(generation.stream, all);
  }

  /** A row that was found and holds nothing of use. */
  addUseless(row: number): void {
    this.#take(row);
    this.#free.add(row);
  }

  #take(row: number): void {
    this.#free.delete(row);
    this.#nextRow = Math.max(this.#nextRow, row + 1);
  }

  generationsOf(stream: StreamId): readonly Generation[] {
    return this.#streams.get(stream) ?? [];
  }

  /** Those of a stream's generations that go with the next one. @param keep positions of those that stay; undefined: the newest does */
  goingOf(generations: readonly Generation[], keep: readonly JournalPosition[] | undefined): readonly Generation[] {
    const staying = keep === undefined ? generations.slice(0, 1) : generations.filter(isAmong(keep));
    const most = staying.slice(0, MOST_GENERATIONS - 1);
    return generations.filter((generation) => !most.includes(generation));
  }

  /** The row for a stream's next generation: that of one that goes, else one that is free, else a new one. Nothing is changed by asking. */
  rowFor(going: readonly Generation[], taken: ReadonlySet<number>): number {
    const oldest = going.findLast(({ row }) => !taken.has(row));
    if (oldest !== undefined) return oldest.row;
    for (const row of this.#free) if (!taken.has(row)) return row;
    let row = this.#nextRow;
    while (taken.has(row)) row++;
    return row;
  }

  /** Its row now holds that generation. @param going generations that have gone for it */
  put(generation: Generation, going: readonly Generation[]): void {
    const gone = new Set(going.map(({ row }) => row)).add(generation.row);
    const others = this.generationsOf(generation.stream).filter(({ row }) => !gone.has(row));
    for (const row of gone) this.#free.add(row);
    this.#streams.set(generation.stream, others);
    this.add(generation);
  }

  /** The content of the row turned out to be damaged. */
  drop({ stream, row, generation: lost }: Generation): void {
    this.#lost.set(stream, Math.max(lost, this.#lost.get(stream) ?? 0));
    const others = this.generationsOf(stream).filter((generation) => generation.row !== row);
    if (others.length > 0) this.#streams.set(stream, others);
    else this.#streams.delete(stream);
    this.#free.add(row);
  }

  /** Tells if a generation of it was dropped. */
  hasLost(stream: StreamId): boolean {
    return this.#lost.has(stream);
  }

  /** The newest generation that there is or was; 0 = none. */
  newestOf(stream: StreamId): number {
    return Math.max(this.generationsOf(stream)[0]?.generation ?? 0, this.#lost.get(stream) ?? 0);
  }

  remove(stream: StreamId): void {
    this.#lost.delete(stream);
    for (const { row } of this.generationsOf(stream)) this.#free.add(row);
    this.#streams.delete(stream);
  }

  list(): StoredStream[] {
    return [...this.#streams].map(([stream, generations]) => ({
      stream,
      generations: generations.map(({ generation, position, bytes, savedAt }) => ({
        generation,
        position,
        bytes,
        savedAt,
      })),
      savedAt: generations[0].savedAt,
    }));
  }
}

function isAmong(positions: readonly JournalPosition[]): (generation: Generation) => boolean {
  const among = new Set(positions);
  return ({ position }) => among.has(position);
}
