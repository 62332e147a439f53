import type { Effort } from '../domain/effort.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalBatch, JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { toEpochMs } from '../domain/time.ts';
import type { JournalEntry } from './entry.ts';
import { readBatch } from './readBatch.ts';

/** Numbers of a sample before its further inputs: position, at, value, effort, how many inputs. */
const HEAD = 5;

/** What a journal that is read from its beginning says beside the samples. */
export interface JournalReading {
  /** Of a message with QoS 1 or 2. */
  message(packetId: number, checksum: number): void;
  /** The broker had a new session. */
  session(): void;
}

/**
 * Of each stream that has not come back since the start: the samples after its snapshots, which its learner has not seen yet.
 * Kept as plain numbers, 40 bytes a sample: a journal of some megabytes is of about the same size here.
 */
export class Tails {
  readonly #from: (stream: StreamId) => JournalPosition;
  readonly #tails = new Map<StreamId, number[]>();
  /** Where a stream was forgotten: snapshots up to there are void. */
  readonly #forgotten = new Map<StreamId, JournalPosition>();

  /** @param from the last position that all snapshots of a stream include; 0 where there is none */
  constructor(from: (stream: StreamId) => JournalPosition) {
    this.#from = from;
  }

  /** @throws BatchError */
  read(batch: JournalBatch, others: JournalReading): void {
    readBatch(batch, (entry, position) => this.#take(entry, position, others));
  }

  #take(entry: JournalEntry, position: JournalPosition, others: JournalReading): void {
    switch (entry.kind) {
      case 'sample':
        this.#add(entry.sample, position);
        break;
      case 'message':
        others.message(entry.packetId, entry.checksum);
        break;
      case 'session':
        others.session();
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

  #add({ stream, at, value, effort = 0, inputs = [] }: Sample, position: JournalPosition): void {
    if (position <= this.#from(stream)) return;
    let tail = this.#tails.get(stream);
    if (tail === undefined) {
      tail = [];
      this.#tails.set(stream, tail);
    }
    tail.push(position, at, value, effort, inputs.length, ...inputs);
  }

  /** Streams that have a tail. */
  streams(): IterableIterator<StreamId> {
    return this.#tails.keys();
  }

  has(stream: StreamId): boolean {
    return this.#tails.has(stream);
  }

  /** Of the first sample of the tail; undefined: there is none. */
  firstPosition(stream: StreamId): JournalPosition | undefined {
    return this.#tails.get(stream)?.[0];
  }

  /** Whether a snapshot of that position was made before its stream was forgotten. */
  isVoid(stream: StreamId, position: JournalPosition): boolean {
    return position <= (this.#forgotten.get(stream) ?? -1);
  }

  /** The samples after a position, in order. */
  after(stream: StreamId, position: JournalPosition): readonly Sample[] {
    const tail = this.#tails.get(stream) ?? [];
    const samples: Sample[] = [];
    for (let place = 0; place < tail.length; place += HEAD + (tail[place + 4] as number)) {
      if ((tail[place] as number) > position) samples.push(sampleAt(tail, place, stream));
    }
    return samples;
  }

  /** Tells the tail again at the journal's end, so that its old place can be trimmed. */
  retell(stream: StreamId, add: (entry: JournalEntry) => JournalPosition): void {
    const tail = this.#tails.get(stream);
    if (tail === undefined) return;
    add({ kind: 'retell', stream });
    for (let place = 0; place < tail.length; place += HEAD + (tail[place + 4] as number)) {
      tail[place] = add({ kind: 'sample', sample: sampleAt(tail, place, stream) });
    }
  }

  /** The stream has come back. */
  drop(stream: StreamId): void {
    this.#tails.delete(stream);
  }
}

function sampleAt(tail: readonly number[], place: number, stream: StreamId): Sample {
  const effort = tail[place + 3] as Effort;
  const count = tail[place + 4] as number;
  const sample = { stream, at: toEpochMs(tail[place + 1] as number), value: tail[place + 2] as number };
  const learned = effort === 0 ? sample : { ...sample, effort };
  return count === 0 ? learned : { ...learned, inputs: tail.slice(place + HEAD, place + HEAD + count) };
}
