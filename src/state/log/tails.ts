import type { Effort } from '../../domain/effort.ts';
import type { Origin, Sample } from '../../domain/sample.ts';
import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs } from '../../domain/time.ts';
import type { JournalEntry } from './entry.ts';
import { readBatch } from './readBatch.ts';

/** Samples of one stream, in order. An array is one. */
export interface Tail extends Iterable<Sample> {
  readonly length: number;
  /** undefined: there are not so many. */
  at(place: number): Sample | undefined;
}

/** Numbers of a sample before its further inputs: position, at, value, effort, flags of its origin, arrival, how many inputs. */
const HEAD = 7;
/** Place of the last of them. */
const COUNT = 6;

/** Flags of an origin. */
const HAS_ORIGIN = 1;
const IS_TOLD = 2;
const IS_BACKLOG = 4;

/** What a journal that is read from its beginning says beside the samples. */
export interface JournalReading {
  /** Of a message with QoS 1 or 2. */
  message(packetId: number, checksum: number, position: JournalPosition): void;
  /** The broker had a new session. */
  session(): void;
}

interface Packed {
  /** Where it begins in the journal. */
  first: JournalPosition;
  readonly numbers: number[];
}

/**
 * Of each stream that has not come back since the start: the samples after its snapshots, which its learner has not seen yet.
 * Kept as plain numbers, 56 bytes a sample: a journal of some megabytes takes two to three times as much here.
 */
export class Tails {
  readonly #from: (stream: StreamId) => JournalPosition;
  readonly #tails = new Map<StreamId, Packed>();
  /** Where a stream was forgotten: snapshots up to there are void. */
  readonly #forgotten = new Map<StreamId, JournalPosition>();
  #samples = 0;

  /** @param from the last position that all snapshots of a stream include; 0 where there is none */
  constructor(from: (stream: StreamId) => JournalPosition) {
    this.#from = from;
  }

  /** @throws BatchError */
  read(batch: JournalBatch, others?: JournalReading): void {
    readBatch(batch, (entry, position) => this.#take(entry, position, others));
  }

  #take(entry: JournalEntry, position: JournalPosition, others: JournalReading | undefined): void {
    switch (entry.kind) {
      case 'sample':
        this.#add(entry.sample, position, position);
        break;
      case 'retold':
        this.#add(entry.sample, entry.original, position);
        break;
      case 'message':
        others?.message(entry.packetId, entry.checksum, position);
        break;
      case 'session':
        others?.session();
        break;
      case 'forget':
        this.#tails.delete(entry.stream);
        this.#forgotten.set(entry.stream, position);
        break;
      case 'retell':
        this.#tails.delete(entry.stream);
        break;
    }
  }

  #add(
    { stream, at, value, effort = 0, inputs = [], origin }: Sample,
    original: JournalPosition,
    first: JournalPosition,
  ): void {
    if (original <= this.#from(stream)) return;
    let tail = this.#tails.get(stream);
    if (tail === undefined) {
      tail = { first, numbers: [] };
      this.#tails.set(stream, tail);
    }
    tail.numbers.push(original, at, value, effort, flagsOf(origin), origin?.arrival ?? 0, inputs.length, ...inputs);
    this.#samples++;
  }

  /** Samples that were read, of all tails. */
  get samples(): number {
    return this.#samples;
  }

  /** Streams that have a tail. */
  streams(): IterableIterator<StreamId> {
    return this.#tails.keys();
  }

  /** Streams that have a tail, those with the newest sample first. */
  newestFirst(): readonly StreamId[] {
    const newest = [...this.#tails.keys()].map((stream) => [stream, this.#lastPosition(stream)] as const);
    return newest.sort(([, a], [, b]) => b - a).map(([stream]) => stream);
  }

  #lastPosition(stream: StreamId): JournalPosition {
    let last = 0;
    this.#each(stream, (numbers, place) => {
      last = numbers[place] as number;
    });
    return last;
  }

  /** Where the tail of a stream begins in the journal; undefined: there is none. */
  firstPosition(stream: StreamId): JournalPosition | undefined {
    return this.#tails.get(stream)?.first;
  }

  /** Whether a snapshot of that position was made before its stream was forgotten. */
  isVoid(stream: StreamId, position: JournalPosition): boolean {
    return position <= (this.#forgotten.get(stream) ?? -1);
  }

  /** The samples after a position and before another, in order. */
  after(stream: StreamId, position: JournalPosition, before: JournalPosition): Tail {
    return new PackedTail(stream, this.#tails.get(stream)?.numbers ?? [], { position, before });
  }

  /** Tells the tail again at the journal's end, so that its old place can be trimmed. */
  retell(stream: StreamId, add: (entry: JournalEntry) => JournalPosition): void {
    const tail = this.#tails.get(stream);
    if (tail === undefined) return;
    tail.first = add({ kind: 'retell', stream });
    this.#each(stream, (numbers, place) => {
      add({ kind: 'retold', sample: sampleAt(numbers, place, stream), original: numbers[place] as number });
    });
  }

  /** The stream has come back. */
  drop(stream: StreamId): void {
    this.#tails.delete(stream);
  }

  #each(stream: StreamId, visit: (numbers: readonly number[], place: number) => void): void {
    const numbers = this.#tails.get(stream)?.numbers ?? [];
    for (let place = 0; place < numbers.length; place += HEAD + (numbers[place + COUNT] as number))
      visit(numbers, place);
  }
}

/**
 * Made into samples one by one, as they are asked for: all at once would be several times the memory, and as many tails wait as
 * there are streams.
 */
class PackedTail implements Tail {
  readonly length: number;
  readonly #stream: StreamId;
  readonly #numbers: readonly number[];
  readonly #range: Range;
  /** Which sample of the tail begins at `#at`, or behind numbers that are not of it. */
  #place = 0;
  #at = 0;

  constructor(stream: StreamId, numbers: readonly number[], range: Range) {
    this.#stream = stream;
    this.#numbers = numbers;
    this.#range = range;
    let length = 0;
    for (let at = 0; at < numbers.length; at += this.#widthAt(at)) if (this.#isInRange(at)) length++;
    this.length = length;
  }

  /** Quick for the same place again and for one further on. */
  at(place: number): Sample | undefined {
    if (place < 0 || place >= this.length) return undefined;
    if (place < this.#place) {
      this.#place = 0;
      this.#at = 0;
    }
    for (;;) {
      const isOfTail = this.#isInRange(this.#at);
      if (isOfTail && this.#place === place) return sampleAt(this.#numbers, this.#at, this.#stream);
      if (isOfTail) this.#place++;
      this.#at += this.#widthAt(this.#at);
    }
  }

  *[Symbol.iterator](): IterableIterator<Sample> {
    for (let place = 0; place < this.length; place++) yield this.at(place) as Sample;
  }

  #isInRange(at: number): boolean {
    const original = this.#numbers[at] as number;
    return original > this.#range.position && original < this.#range.before;
  }

  #widthAt(at: number): number {
    return HEAD + (this.#numbers[at + COUNT] as number);
  }
}

/** Of journal positions, both ends not in it. */
interface Range {
  readonly position: JournalPosition;
  readonly before: JournalPosition;
}

function sampleAt(numbers: readonly number[], place: number, stream: StreamId): Sample {
  const effort = numbers[place + 3] as Effort;
  const flags = numbers[place + 4] as number;
  const arrival = toEpochMs(numbers[place + 5] as number);
  const count = numbers[place + COUNT] as number;
  const origin = { arrival, isTold: (flags & IS_TOLD) !== 0, isBacklog: (flags & IS_BACKLOG) !== 0 };
  return {
    stream,
    at: toEpochMs(numbers[place + 1] as number),
    value: numbers[place + 2] as number,
    ...(flags !== 0 && { origin }),
    ...(effort !== 0 && { effort }),
    ...(count !== 0 && { inputs: numbers.slice(place + HEAD, place + HEAD + count) }),
  };
}

/** 0: there is none, the time is certain. */
function flagsOf(origin: Origin | undefined): number {
  if (origin === undefined) return 0;
  return HAS_ORIGIN | (origin.isTold ? IS_TOLD : 0) | (origin.isBacklog ? IS_BACKLOG : 0);
}
