import {
  type JournalBatch,
  type JournalExtent,
  MOST_GENERATIONS,
  type NewSnapshot,
  type PastJournal,
  type StateStore,
  type StoredSnapshot,
  type StoredStream,
  type StoreOpening,
  type StoreTraffic,
} from '../../src/domain/stateStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Clock } from '../../src/domain/time.ts';

const HEAD_BYTES = 48;
const BLOCK = 4096;
const WRITES_PER_SNAPSHOT_BYTE = 2.1;
const WRITES_PER_BACKUP_BYTE = 1.25;

/** A store in memory that writes as much as the real one, and counts it as that does: whole blocks. */
export class MeteredStore implements StateStore {
  readonly #clock: Clock;
  readonly batches: JournalBatch[] = [];
  /** Batches that a start has no need of, oldest first. */
  readonly past: JournalBatch[] = [];
  trimmed = 1;
  readonly snapshots: Map<StreamId, (StoredSnapshot & { readonly savedAt: number })[]> = new Map();
  deviceBytes = 0;
  backups = 0;
  saves = 0;
  trims = 0;
  #journalBytes = 0;
  #flushes = 0;
  #end = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(): Promise<StoreOpening> {
    return { streams: await this.list(), lastPosition: this.batches.at(-1)?.last ?? 0, pastFrom: this.pastFrom };
  }

  repair(): Promise<StoreOpening> {
    return this.open();
  }

  async append(batch: JournalBatch): Promise<void> {
    this.batches.push(batch);
    const size = (HEAD_BYTES + batch.bytes.length + 7) & ~7;
    const blocks = Math.floor((this.#end + size - 1) / BLOCK) - Math.floor(this.#end / BLOCK) + 1;
    this.#end += size;
    this.#journalBytes += blocks * BLOCK;
    this.#count(blocks * BLOCK);
  }

  get pastFrom(): number {
    return (this.past[0] ?? this.batches[0])?.first ?? this.trimmed;
  }

  async readJournal(take: (batch: JournalBatch) => void, from?: number): Promise<JournalExtent> {
    const all = from === undefined ? this.batches : [...this.past, ...this.batches];
    for (const batch of all) if (batch.last >= (from ?? 0)) take(batch);
    return { damaged: 0, from: from === undefined ? (this.batches[0]?.first ?? this.trimmed) : this.pastFrom };
  }

  async trim(position: number, past?: PastJournal): Promise<number> {
    this.trims++;
    this.trimmed = Math.max(this.trimmed, position);
    while ((this.batches[0]?.last ?? position) < position) this.past.push(this.batches.shift() as JournalBatch);
    let bytes = this.past.reduce((sum, batch) => sum + batch.bytes.length, 0);
    const isGone = ({ last }: JournalBatch): boolean => past === undefined || last < past.from;
    while (this.past.length > 0 && (isGone(this.past[0] as JournalBatch) || bytes > (past?.mostBytes ?? 0)))
      bytes -= (this.past.shift() as JournalBatch).bytes.length;
    this.#count(3 * BLOCK);
    return this.pastFrom;
  }

  async save(snapshots: readonly NewSnapshot[]): Promise<void> {
    for (const { keep, ...snapshot } of snapshots) {
      const there = this.snapshots.get(snapshot.stream) ?? [];
      const generation = (there[0]?.generation ?? 0) + 1;
      const kept = keep === undefined ? there.slice(0, 1) : there.filter((other) => keep.includes(other.position));
      this.snapshots.set(snapshot.stream, [
        { ...snapshot, generation, savedAt: this.#clock.now() },
        ...kept.slice(0, MOST_GENERATIONS - 1),
      ]);
      this.saves++;
      this.#count(WRITES_PER_SNAPSHOT_BYTE * snapshot.bytes.length);
    }
  }

  async load(stream: StreamId, below: number = Number.POSITIVE_INFINITY): Promise<StoredSnapshot | undefined> {
    return this.snapshots.get(stream)?.find(({ generation }) => generation < below);
  }

  async remove(stream: StreamId): Promise<void> {
    this.snapshots.delete(stream);
  }

  async list(): Promise<readonly StoredStream[]> {
    return [...this.snapshots].map(([stream, generations]) => ({
      stream,
      savedAt: generations[0]?.savedAt ?? 0,
      generations: generations.map(({ generation, position, bytes, savedAt: at }) => ({
        ...{ generation, position },
        bytes: bytes.length,
        savedAt: at,
      })),
    }));
  }

  async backup(): Promise<void> {
    this.backups++;
    let bytes = 0;
    for (const generations of this.snapshots.values()) for (const one of generations) bytes += one.bytes.length;
    this.#count(WRITES_PER_BACKUP_BYTE * bytes);
  }

  traffic(): StoreTraffic {
    return { bytesWritten: this.deviceBytes, journalBytes: this.#journalBytes, flushes: this.#flushes, damaged: 0 };
  }

  close = async (): Promise<void> => undefined;

  #count(bytes: number): void {
    this.deviceBytes += bytes;
    this.#flushes++;
  }
}
