import {
  type JournalBatch,
  type StateStore,
  type StoredSnapshot,
  type StoredStream,
  StoreError,
  type StoreFault,
  type StoreOpening,
  type StoreTraffic,
  type StreamSnapshot,
} from '../../src/domain/stateStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { readBatch } from '../../src/journal/readBatch.ts';
import type { NoteFile } from '../../src/journal/suspects.ts';
import type { World } from './world.ts';

interface StoredGeneration extends Omit<StoredSnapshot, 'bytes'> {
  bytes: Uint8Array;
  readonly savedAt: number;
  isDamaged: boolean;
}

interface StoredBatch extends JournalBatch {
  isDamaged: boolean;
}

/** What a store is asked for; `retell`: a batch in which a tail is told again; `session`: one in which a session begins. */
export type Request = 'read' | 'append' | 'retell' | 'session' | 'save' | 'trim' | 'remove' | 'backup';

/** What outlives a process. */
export class Medium {
  readonly batches: StoredBatch[] = [];
  readonly snapshots: Map<StreamId, StoredGeneration[]> = new Map();
  /** What it answers every write with, if it does. */
  fault: StoreFault | undefined;
  bytesWritten = 0;
  flushes = 0;
  /** While the journal was last longer than `long`, its last position. */
  longUntil = 0;
  /** It outlives a process that is killed. */
  readonly sessionNote: NoteFile = createNote();
  readonly settledNote: NoteFile = createNote();
  /** Hears of each request before it is carried out. */
  heard: (request: Request) => void = () => undefined;
  readonly #long: number;
  readonly isWorn: boolean;

  /** @param long bytes of journal from which on only what is needed is kept of it */
  constructor(long: number, isWorn: boolean) {
    this.#long = long;
    this.isWorn = isWorn;
  }

  get damaged(): number {
    return this.batches.filter(({ isDamaged }) => isDamaged).length;
  }

  append(batch: JournalBatch): void {
    const last = this.batches.at(-1)?.last ?? 0;
    if (batch.first <= last) throw new Error(`batch ${batch.first} after ${last}`);
    this.batches.push({ ...batch, bytes: batch.bytes.slice(), isDamaged: false });
    this.bytesWritten += batch.bytes.length;
    this.flushes++;
    const journal = this.batches.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (journal >= this.#long) this.longUntil = batch.last;
  }

  save(snapshots: readonly StreamSnapshot[], at: number): void {
    for (const { stream, position, bytes } of snapshots) {
      const kept = this.snapshots.get(stream) ?? [];
      const generation = (kept[0]?.generation ?? 0) + 1;
      const stored = { stream, position, bytes: bytes.slice(), generation, savedAt: at, isDamaged: false };
      this.snapshots.set(stream, [stored, ...kept.slice(0, 1)]);
      this.bytesWritten += bytes.length;
    }
    this.flushes++;
  }

  trim(position: number): void {
    while (this.batches.length > 0 && (this.batches[0] as JournalBatch).last < position) this.batches.shift();
  }

  streams(): StoredStream[] {
    return [...this.snapshots.values()].map((generations) => ({
      stream: (generations[0] as StoredGeneration).stream,
      savedAt: (generations[0] as StoredGeneration).savedAt,
      generations: generations.map(({ generation, position, bytes }) => ({
        generation,
        position,
        bytes: bytes.length,
      })),
    }));
  }
}

/**
 * The store of one life of the process: requests take their time, one after the other. Whatever is under way when the process
 * dies happens wholly or not at all; what is behind it does not. A batch that was written in part is none: the store's frames
 * and checksums make it so (test/adapters/store/journalFiles.test.ts), and here it is the same as one that never came.
 */
export class SimStore implements StateStore {
  readonly #world: World;
  readonly #medium: Medium;
  readonly #queue: {
    readonly run: () => void;
    readonly refuse: (error: StoreError) => void;
    readonly request: Request;
  }[] = [];
  #cancel: (() => void) | undefined;
  #isDead = false;

  constructor(world: World, medium: Medium) {
    this.#world = world;
    this.#medium = medium;
  }

  open(): Promise<StoreOpening> {
    const medium = this.#medium;
    return this.#ask('read', () => ({ streams: medium.streams(), lastPosition: medium.batches.at(-1)?.last ?? 0 }));
  }

  repair(): Promise<StoreOpening> {
    return this.open();
  }

  append(batch: JournalBatch): Promise<void> {
    return this.#ask(kindOf(batch), () => this.#medium.append(batch));
  }

  readJournal(take: (batch: JournalBatch) => void): Promise<{ readonly damaged: number }> {
    return this.#ask('read', () => {
      for (const batch of this.#medium.batches) if (!batch.isDamaged) take(batch);
      return { damaged: this.#medium.damaged };
    });
  }

  trim(position: number): Promise<void> {
    return this.#ask('trim', () => this.#medium.trim(position));
  }

  save(snapshots: readonly StreamSnapshot[]): Promise<void> {
    return this.#ask('save', () => this.#medium.save(snapshots, this.#world.now));
  }

  load(stream: StreamId, below: number = Number.POSITIVE_INFINITY): Promise<StoredSnapshot | undefined> {
    return this.#ask('read', () =>
      this.#medium.snapshots.get(stream)?.find((stored) => !stored.isDamaged && stored.generation < below),
    );
  }

  remove(stream: StreamId): Promise<void> {
    return this.#ask('remove', () => void this.#medium.snapshots.delete(stream));
  }

  list(): Promise<readonly StoredStream[]> {
    return this.#ask('read', () => this.#medium.streams());
  }

  backup(): Promise<void> {
    return this.#ask('backup', () => undefined);
  }

  traffic(): StoreTraffic {
    return { bytesWritten: this.#medium.bytesWritten, journalBytes: 0, flushes: this.#medium.flushes, damaged: 0 };
  }

  close(): Promise<void> {
    return this.#ask('read', () => undefined);
  }

  /** The process is gone. */
  kill(): void {
    this.#isDead = true;
    this.#cancel?.();
    const [underWay] = this.#queue;
    if (
      underWay !== undefined &&
      underWay.request !== 'read' &&
      this.#medium.fault === undefined &&
      this.#world.chance(0.5)
    )
      underWay.run();
    this.#queue.length = 0;
  }

  #ask<T>(request: Request, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isDead) return;
      this.#medium.heard(request);
      this.#queue.push({ run: () => resolve(effect()), refuse: reject, request });
      if (this.#queue.length === 1) this.#work();
    });
  }

  #work(): void {
    this.#cancel = this.#world.schedule(this.#timeOf(this.#queue[0]?.request), () => {
      const first = this.#queue[0];
      if (first === undefined) return;
      const fault = this.#faultOf(first.request);
      if (fault === undefined) first.run();
      else first.refuse(new StoreError(fault, 'simulated'));
      this.#queue.shift();
      if (this.#queue.length > 0) this.#work();
    });
  }

  #timeOf(request: Request | undefined): number {
    if (this.#medium.isWorn && request === 'read' && this.#world.chance(0.2)) return this.#world.integer(20_000);
    return this.#world.chance(0.05) ? 200 + this.#world.integer(2000) : 1 + this.#world.integer(20);
  }

  #faultOf(request: Request): StoreFault | undefined {
    if (request === 'read') return undefined;
    const isStumble = this.#medium.isWorn && request === 'save' && this.#world.chance(0.2);
    return this.#medium.fault ?? (isStumble ? 'failed' : undefined);
  }
}

function kindOf(batch: JournalBatch): Request {
  let request: Request = 'append';
  readBatch(batch, ({ kind }) => {
    if (kind === 'retell' || kind === 'session') request = kind;
  });
  return request;
}

function createNote(): NoteFile {
  let note: unknown;
  return {
    read: () => note,
    write(next) {
      note = structuredClone(next);
    },
  };
}
