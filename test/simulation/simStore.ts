import { Anchors } from '../../src/adapters/store/files/anchors.ts';
import {
  type JournalBatch,
  type JournalExtent,
  MOST_GENERATIONS,
  type NewSnapshot,
  type PastJournal,
  type StateStore,
  type StoredSnapshot,
  type StoredStream,
  StoreError,
  type StoreFault,
  type StoreOpening,
  type StoreTraffic,
} from '../../src/domain/stateStore.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { readBatch } from '../../src/state/log/readBatch.ts';
import type { NoteFile } from '../../src/state/poisonDetector.ts';
import type { World } from './world.ts';

interface StoredGeneration extends Omit<StoredSnapshot, 'bytes'> {
  bytes: Uint8Array;
  readonly savedAt: number;
  isDamaged: boolean;
}

interface StoredBatch extends JournalBatch {
  isDamaged: boolean;
}

/** Request to a store; `retell`: a batch in which a tail is told again; `session`: one in which a session begins. */
export type Request = 'read' | 'append' | 'rewrite' | 'session' | 'save' | 'trim' | 'remove' | 'backup';

/** Folder to which a path leads. It stays the same for a process that has it open, also where no path leads to it any more. */
export class Folder {
  readonly id: string;
  readonly batches: StoredBatch[];
  /** Batches that a start has no need of, oldest first. */
  readonly past: StoredBatch[];
  readonly snapshots: Map<StreamId, StoredGeneration[]>;

  constructor(id: string, from?: Folder) {
    this.id = id;
    this.batches = from === undefined ? [] : [...from.batches];
    // As a backup has it: what a start needs.
    this.past = [];
    this.snapshots = new Map([...(from?.snapshots ?? [])].map(([stream, kept]) => [stream, kept.slice(0, 2)]));
  }

  /** First entry of the journal with its past. */
  get pastFrom(): number {
    return (this.past[0] ?? this.batches[0])?.first ?? this.lastTrimmed;
  }

  /** First entry that may be there. */
  lastTrimmed = 1;

  get last(): number {
    return this.batches.at(-1)?.last ?? this.lastTrimmed - 1;
  }
}

/** Data that outlive a process. */
export class Medium {
  /** undefined: the path leads to nothing. */
  folder: Folder | undefined;
  /** Nothing can be made there. */
  isBlocked = false;
  #folders = 0;
  /** Fault with which every write is answered, if any. */
  fault: StoreFault | undefined;
  /** Kind of requests that it refuses with that. Default: all. */
  refuses: Request | undefined;
  /** Time, ms since the epoch. Default: that of the world. */
  now: (() => number) | undefined;
  bytesWritten = 0;
  flushes = 0;
  /** While the journal was last longer than `long`, its last position. */
  longUntil = 0;
  /** It outlives a process that is killed. */
  readonly sessionNote: NoteFile = createNote();
  readonly settledNote: NoteFile = createNote();
  /** Hears of each request before it is carried out. */
  heard: (request: Request) => void = () => undefined;
  /** A process has found nothing where its state should be. */
  begunAnew: () => void = () => undefined;
  readonly #long: number;
  readonly isWorn: boolean;

  /** @param long bytes of journal from which on only what is needed is kept of it */
  constructor(long: number, isWorn: boolean) {
    this.#long = long;
    this.isWorn = isWorn;
    this.folder = this.make();
  }

  make(from?: Folder): Folder {
    return new Folder(`folder ${++this.#folders}`, from);
  }

  /** The folder for a process that begins now. */
  begin(): Folder {
    if (this.folder !== undefined) return this.folder;
    this.sessionNote.write(undefined);
    this.settledNote.write(undefined);
    this.begunAnew();
    this.folder = this.make();
    return this.folder;
  }

  get batches(): StoredBatch[] {
    return this.folder?.batches ?? [];
  }

  get snapshots(): Map<StreamId, StoredGeneration[]> {
    return this.folder?.snapshots ?? new Map();
  }

  get damaged(): number {
    return this.batches.filter(({ isDamaged }) => isDamaged).length;
  }

  append(folder: Folder, batch: JournalBatch): void {
    const newest = folder.batches.at(-1);
    if (newest?.first === batch.first && newest.last === batch.last) return;
    if (batch.first <= folder.last) throw new Error(`batch ${batch.first} after ${folder.last}`);
    folder.batches.push({ ...batch, bytes: batch.bytes.slice(), isDamaged: false });
    this.bytesWritten += batch.bytes.length;
    this.flushes++;
    const journal = folder.batches.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (journal >= this.#long) this.longUntil = batch.last;
  }

  save(folder: Folder, snapshots: readonly NewSnapshot[], at: number): void {
    for (const { stream, position, bytes, keep } of snapshots) {
      const there = folder.snapshots.get(stream) ?? [];
      const generation = (there[0]?.generation ?? 0) + 1;
      const stored = { stream, position, bytes: bytes.slice(), generation, savedAt: at, isDamaged: false };
      const kept = keep === undefined ? there.slice(0, 1) : there.filter((other) => keep.includes(other.position));
      folder.snapshots.set(stream, [stored, ...kept.slice(0, MOST_GENERATIONS - 1)]);
      this.bytesWritten += bytes.length;
    }
    this.flushes++;
  }
}

function trim(folder: Folder, position: number, past: PastJournal | undefined): number {
  const { batches } = folder;
  while (batches.length > 0 && (batches[0] as JournalBatch).last < position)
    folder.past.push(batches.shift() as StoredBatch);
  const isGone = ({ last }: JournalBatch): boolean => past === undefined || last < past.from;
  let bytes = folder.past.reduce((sum, batch) => sum + batch.bytes.length, 0);
  while (folder.past.length > 0 && (isGone(folder.past[0] as StoredBatch) || bytes > (past?.mostBytes ?? 0)))
    bytes -= (folder.past.shift() as StoredBatch).bytes.length;
  folder.lastTrimmed = Math.max(folder.lastTrimmed, position);
  return folder.pastFrom;
}

function streamsIn({ snapshots }: Folder): StoredStream[] {
  return [...snapshots.values()].map((generations) => ({
    stream: (generations[0] as StoredGeneration).stream,
    savedAt: (generations[0] as StoredGeneration).savedAt,
    generations: generations.map(({ generation, position, bytes, savedAt }) => ({
      ...{ generation, position, savedAt },
      bytes: bytes.length,
    })),
  }));
}

const PATH = '/state';

/**
 * The store of one life of the process: requests take their time, one after the other. Whatever is under way when the process
 * dies happens wholly or not at all; what is behind it does not. A batch that was written in part is none: the store's frames
 * and checksums make it so (test/adapters/store/segments/journalFiles.test.ts), and here it is the same as one that never came.
 * What it writes goes to where its descriptors lead; that the path still leads there is looked after by the store's own anchors, and where it
 * does not, all is written anew as soon as may be (test/adapters/store/lostFolder.test.ts).
 */
export class SimStore implements StateStore {
  readonly #world: World;
  readonly #medium: Medium;
  readonly #queue: {
    readonly run: () => void;
    readonly refuse: (error: StoreError) => void;
    readonly request: Request;
  }[] = [];
  readonly #anchors: Anchors;
  #open: Folder | undefined;
  #isAstray = false;
  #cancel: (() => void) | undefined;
  #isDead = false;

  constructor(world: World, medium: Medium) {
    this.#world = world;
    this.#medium = medium;
    this.#anchors = new Anchors(() => medium.folder?.id);
  }

  open(): Promise<StoreOpening> {
    return this.#ask('read', () => {
      const folder = this.#medium.begin();
      this.#open = folder;
      this.#anchors.hold(PATH);
      return { streams: streamsIn(folder), lastPosition: folder.last, pastFrom: folder.pastFrom };
    });
  }

  repair(): Promise<StoreOpening> {
    return this.open();
  }

  append(batch: JournalBatch): Promise<void> {
    return this.#ask(kindOf(batch), () => this.#write((folder) => this.#medium.append(folder, batch)));
  }

  readJournal(take: (batch: JournalBatch) => void, from?: number): Promise<JournalExtent> {
    return this.#ask('read', () => {
      const { past, lastTrimmed, pastFrom } = this.#folder;
      const all = from === undefined ? this.#folder.batches : [...past, ...this.#folder.batches];
      const batches = all.filter(({ last }) => last >= (from ?? 0));
      for (const batch of batches) if (!batch.isDamaged) take(batch);
      const damaged = batches.filter(({ isDamaged }) => isDamaged).length;
      return { damaged, from: from === undefined ? (batches[0]?.first ?? lastTrimmed) : pastFrom };
    });
  }

  trim(position: number, past?: PastJournal): Promise<number> {
    return this.#ask('trim', () => this.#write((folder) => trim(folder, position, past)));
  }

  save(snapshots: readonly NewSnapshot[]): Promise<void> {
    return this.#ask('save', () =>
      this.#write((folder) => this.#medium.save(folder, snapshots, this.#medium.now?.() ?? this.#world.now)),
    );
  }

  load(stream: StreamId, below: number = Number.POSITIVE_INFINITY): Promise<StoredSnapshot | undefined> {
    return this.#ask('read', () =>
      this.#folder.snapshots.get(stream)?.find((stored) => !stored.isDamaged && stored.generation < below),
    );
  }

  remove(stream: StreamId): Promise<void> {
    return this.#ask('remove', () => this.#write((folder) => void folder.snapshots.delete(stream)));
  }

  list(): Promise<readonly StoredStream[]> {
    return this.#ask('read', () => streamsIn(this.#folder));
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

  get #folder(): Folder {
    if (this.#open === undefined) throw new StoreError('failed', 'simulated: not open');
    return this.#open;
  }

  /** A write that is not where the path leads to is not acknowledged. */
  #write<T>(effect: (folder: Folder) => T): T {
    if (this.#isAstray) this.#returnToPath();
    const result = effect(this.#folder);
    if (this.#anchors.firstLost() === undefined) return result;
    this.#isAstray = true;
    throw new StoreError('failed', 'simulated: the folder is gone');
  }

  #returnToPath(): void {
    const medium = this.#medium;
    if (this.#anchors.firstLost() !== undefined) {
      if (medium.isBlocked) throw new StoreError('failed', 'simulated: nothing can be written there');
      this.#open = medium.make(this.#folder);
      medium.folder = this.#open;
      this.#anchors.hold(PATH);
    }
    this.#isAstray = false;
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
      const run = (): void => {
        try {
          resolve(effect());
        } catch (error) {
          reject(error);
        }
      };
      this.#queue.push({ run, refuse: reject, request });
      if (this.#queue.length === 1) this.#work();
    });
  }

  #work(): void {
    this.#cancel = this.#world.schedule(this.#timeOf(this.#queue[0]?.request), () => {
      const first = this.#queue[0];
      if (first === undefined) return;
      // The daemon waits for a state that it cannot reach.
      if (this.#open === undefined && this.#medium.folder === undefined && this.#medium.isBlocked) {
        this.#work();
        return;
      }
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
    const { fault, refuses = request } = this.#medium;
    return refuses === request && fault !== undefined ? fault : isStumble ? 'failed' : undefined;
  }
}

function kindOf(batch: JournalBatch): Request {
  let request: Request = 'append';
  readBatch(batch, ({ kind }) => {
    if (kind === 'rewrite' || kind === 'session') request = kind;
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
