import { TidegateError } from '../../domain/errors.ts';
import type { ReceiptKey } from '../../domain/receipt.ts';
import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { isReading, type StreamInput } from '../../domain/streamInput.ts';
import { BatchError } from './batchReader.ts';
import type { JournalEntry } from './entry.ts';
import type { NameOf } from './nameOf.ts';
import { PackedInputs, type Tail } from './packedInputs.ts';
import { readBatch } from './readBatch.ts';

/** Hears the entries of a journal that belong to no stream. */
export interface JournalReading {
  /** A message that was owed an acknowledgement was taken in. */
  message(key: ReceiptKey, position: JournalPosition): void;
  /** The source had a new session. */
  session(): void;
}

/** The inputs of one stream that are not in its snapshots. */
interface StreamTail {
  /** Position of the first of them in the journal as it is now. */
  first: JournalPosition;
  readonly inputs: PackedInputs;
}

/**
 * The inputs that the snapshots of each stream lack, for streams that were not restored since the start. A journal of some
 * megabytes takes two to three times as much here.
 */
export class RedoLog {
  readonly #from: (stream: StreamId) => JournalPosition;
  readonly #tails = new Map<StreamId, StreamTail>();
  /** Position of the last command to forget each stream: snapshots up to there are void. */
  readonly #forgotten = new Map<StreamId, JournalPosition>();
  #inputs = 0;
  /** Streams whose inputs follow again: those from the first of them on are told anew. */
  readonly #rewriting = new Set<StreamId>();

  readonly #nameOf: NameOf;

  /**
   * @param from the last position that all snapshots of a stream include; 0 where there is none
   * @param nameOf names of streams by those that the journal has. Default: the same
   */
  constructor(from: (stream: StreamId) => JournalPosition, nameOf: NameOf = (stream) => stream) {
    this.#from = from;
    this.#nameOf = nameOf;
  }

  /** @throws BatchError */
  read(batch: JournalBatch, others?: JournalReading): void {
    readBatch(batch, (entry, position) => this.#take(entry, position, others));
  }

  #take(entry: JournalEntry, position: JournalPosition, others: JournalReading | undefined): void {
    switch (entry.kind) {
      case undefined:
      case 'reading':
      case 'label':
      case 'settings':
      case 'command':
        this.#takeInput(entry, position, position);
        break;
      case 'rewritten':
        if (entry.original >= position) throw new BatchError('an input that was rewritten before it was written');
        this.#cut(entry.input.stream, entry.original);
        this.#takeInput(entry.input, entry.original, position);
        break;
      case 'message':
        others?.message(entry.key, position);
        break;
      case 'session':
        others?.session();
        break;
      case 'rewrite':
        this.#rewriting.add(entry.stream);
        break;
      default:
        entry satisfies never;
    }
  }

  /** Those before the first that was rewritten were read before it, and are not told again. */
  #cut(written: StreamId, original: JournalPosition): void {
    if (!this.#rewriting.delete(written)) return;
    const stream = this.#nameOf(written, original) ?? written;
    const tail = this.#tails.get(stream);
    if (tail === undefined) return;
    tail.inputs.cut(original);
    if (tail.inputs.end === 0) this.#tails.delete(stream);
  }

  #takeInput(written: StreamInput, original: JournalPosition, position: JournalPosition): void {
    const stream = this.#nameOf(written.stream, original);
    if (stream === undefined) return;
    const input = stream === written.stream ? written : { ...written, stream };
    if (input.kind !== 'command' || input.command !== 'forget') {
      this.#add(input, original, position);
      return;
    }
    // The stream begins anew: what came before is void, and the command has nothing left to do.
    this.#tails.delete(input.stream);
    this.#forgotten.set(input.stream, original);
  }

  #add(input: StreamInput, original: JournalPosition, first: JournalPosition): void {
    const { stream } = input;
    if (original <= this.#from(stream)) return;
    let tail = this.#tails.get(stream);
    if (tail === undefined) {
      if (!isReading(input) && !this.#hasSnapshot(stream)) return;
      tail = { first, inputs: new PackedInputs(stream) };
      this.#tails.set(stream, tail);
    }
    tail.inputs.push(input, original);
    this.#inputs++;
  }

  /** The stream has a snapshot that no command to forget has made void. */
  #hasSnapshot(stream: StreamId): boolean {
    return this.#from(stream) > (this.#forgotten.get(stream) ?? 0);
  }

  /** Number of inputs that were read, of all streams. */
  get inputs(): number {
    return this.#inputs;
  }

  /** Streams that have a tail. */
  streams(): IterableIterator<StreamId> {
    return this.#tails.keys();
  }

  /** Streams that have a tail, newest input first. */
  newestFirst(): readonly StreamId[] {
    const newest = [...this.#tails].map(([stream, { inputs }]) => [stream, inputs.last] as const);
    return newest.sort(([, a], [, b]) => b - a).map(([stream]) => stream);
  }

  /** Where the tail of a stream begins in the journal; undefined: there is none. */
  firstPosition(stream: StreamId): JournalPosition | undefined {
    return this.#tails.get(stream)?.first;
  }

  /** @returns whether a snapshot of that position was made before its stream was forgotten */
  isVoid(stream: StreamId, position: JournalPosition): boolean {
    return position <= (this.#forgotten.get(stream) ?? -1);
  }

  /** @returns whether a snapshot of that position has learned from an input that was to be omitted later */
  isTainted(stream: StreamId, position: JournalPosition): boolean {
    return this.#tails.get(stream)?.inputs.isTainted(position) === true;
  }

  /** Positions of the orders of the stream's tail to go on with another state. */
  adoptionsOf(stream: StreamId): readonly JournalPosition[] {
    return this.#tails.get(stream)?.inputs.adoptions ?? [];
  }

  /** Calls for each input of the stream that is not omitted, with its position, in order. */
  eachKept(stream: StreamId, visit: (input: StreamInput, position: JournalPosition) => void): void {
    this.#tails.get(stream)?.inputs.eachKept(visit);
  }

  /** The inputs after a position and before another, in order, without those that were to be omitted where the first of them is behind the position. */
  after(stream: StreamId, position: JournalPosition, before: JournalPosition): Tail {
    return this.#tails.get(stream)?.inputs.tail({ position, before }) ?? [];
  }

  /** Writes the tail again at the journal's end, so that its old place can be trimmed. */
  rewrite(stream: StreamId, add: (entry: JournalEntry) => JournalPosition): void {
    const tail = this.#tails.get(stream);
    if (tail === undefined) return;
    const { inputs } = tail;
    tail.first = add({ kind: 'rewrite', stream });
    if (tail.first <= inputs.last)
      throw new TidegateError('TG_INTERNAL', `${stream} is rewritten at ${tail.first}, before ${inputs.last}`);
    inputs.each((input, original) => void add({ kind: 'rewritten', input, original }));
  }

  /** The stream was restored. */
  drop(stream: StreamId): void {
    this.#tails.delete(stream);
  }
}
