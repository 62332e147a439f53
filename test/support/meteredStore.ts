import type {
  JournalBatch,
  StateStore,
  StoredSnapshot,
  StoredStream,
  StoreOpening,
  StoreTraffic,
  StreamSnapshot,
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
    return { streams: await this.list(), lastPosition: this.batches.at(-1)?.last ?? 0 };
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

  async readJournal(take: (batch: JournalBatch) => void): Promise<{ readonly damaged: number }> {
    for (const batch of this.batches) take(batch);
    return { damaged: 0 };
  }

  async trim(position: number): Promise<void> {
    this.trims++;
    while ((this.batches[0]?.last ?? position) < position) this.batches.shift();
    this.#count(3 * BLOCK);
  }

  async save(snapshots: readonly StreamSnapshot[]): Promise<void> {
    for (const snapshot of snapshots) {
      const kept = this.snapshots.get(snapshot.stream) ?? [];
      const generation = (kept[0]?.generation ?? 0) + 1;
      this.snapshots.set(snapshot.stream, [
        { ...snapshot, generation, savedAt: this.#clock.now() },
        ...kept.slice(0, 1),
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
      generations: generations.map(({ generation, position, bytes }) => ({
        generation,
        position,
        bytes: bytes.length,
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
