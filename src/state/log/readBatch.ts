import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import type { Origin, Sample } from '../../domain/sample.ts';
import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type EpochMs, toEpochMs } from '../../domain/time.ts';
import {
  BATCH_FORMAT,
  EFFORT_MASK,
  EFFORT_SHIFT,
  FORGET,
  GAP,
  HAS_INPUTS,
  IS_BACKLOG,
  IS_NEAR,
  IS_TOLD,
  KIND_MASK,
  MESSAGE,
  NAME,
  READING,
  RENUMBER,
  REREAD,
  RETELL,
  RETOLD,
  SAMPLE,
  SESSION,
} from './batchFormat.ts';
import type { JournalEntry } from './entry.ts';

/** A name may begin with what elsewhere would be a byte order mark. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** A batch is not what a writer can have made; the store's checksum lets none through that was damaged later. */
export class BatchError extends Error {
  override readonly name: string = 'BatchError';
}

/**
 * Hands on each entry of a batch with its position.
 * @throws BatchError after the entries before the fault
 */
export function readBatch(batch: JournalBatch, take: (entry: JournalEntry, position: JournalPosition) => void): void {
  const reader = new Reader(batch.bytes);
  if (reader.byte() !== BATCH_FORMAT) throw new BatchError('unknown format');
  let position = batch.first;
  while (!reader.isAtEnd) {
    const tag = reader.byte();
    if ((tag & KIND_MASK) === NAME) reader.name();
    else if ((tag & KIND_MASK) === RENUMBER) reader.forgetNames();
    else if ((tag & KIND_MASK) === GAP) position += reader.long();
    else take(readEntry(reader, tag), position++);
  }
  if (position !== batch.last + 1) throw new BatchError('another number of entries than the batch says');
}

function readEntry(reader: Reader, tag: number): JournalEntry {
  switch (tag & KIND_MASK) {
    case SAMPLE:
      return { kind: 'sample', sample: readSample(reader, tag) };
    case RETOLD: {
      const original = reader.double();
      return { kind: 'retold', original, sample: readSample(reader, tag) };
    }
    case READING:
      return { kind: 'sample', sample: readReading(reader, tag) };
    case REREAD: {
      const original = reader.double();
      return { kind: 'retold', original, sample: readReading(reader, tag) };
    }
    case MESSAGE:
      return { kind: 'message', packetId: reader.short(), checksum: reader.long() };
    case SESSION:
      return { kind: 'session' };
    case FORGET:
      return { kind: 'forget', stream: reader.stream() };
    case RETELL:
      return { kind: 'retell', stream: reader.stream() };
    default:
      throw new BatchError(`unknown tag ${tag}`);
  }
}

function readSample(reader: Reader, tag: number): Sample {
  const sample = { stream: reader.stream(), at: toEpochMs(reader.double()), value: reader.double() };
  const effort = ((tag >> EFFORT_SHIFT) & EFFORT_MASK) as Effort;
  if (effort > NO_LEARNING) throw new BatchError(`unknown effort ${effort}`);
  const learned = effort === 0 ? sample : { ...sample, effort };
  if ((tag & HAS_INPUTS) === 0) return learned;
  return { ...learned, inputs: Array.from({ length: reader.byte() }, () => reader.double()) };
}

function readReading(reader: Reader, tag: number): Sample {
  const sample = readSample(reader, tag);
  const flags = reader.byte();
  const isTold = (flags & IS_TOLD) !== 0;
  const origin: Origin = { arrival: reader.arrival(flags, sample.at), isTold, isBacklog: (flags & IS_BACKLOG) !== 0 };
  return { ...sample, origin };
}

/** Reads from the front; what goes beyond the end is a fault. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #streams: StreamId[] = [];
  #place = 0;
  #arrival: number = Number.NaN;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#bytes.length;
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  short(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  long(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** @param at time of the sample: where its message tells none that is the arrival */
  arrival(flags: number, at: EpochMs): EpochMs {
    if ((flags & IS_TOLD) === 0) return at;
    this.#arrival = (flags & IS_NEAR) === 0 ? this.double() : this.#arrival + this.short();
    if (Number.isNaN(this.#arrival)) throw new BatchError('an arrival without the one before');
    return toEpochMs(this.#arrival);
  }

  name(): void {
    const length = this.long();
    const start = this.#advance(length);
    this.#streams.push(DECODER.decode(this.#bytes.subarray(start, start + length)) as StreamId);
  }

  forgetNames(): void {
    this.#streams = [];
  }

  stream(): StreamId {
    const stream = this.#streams[this.short()];
    if (stream === undefined) throw new BatchError('a stream without a name');
    return stream;
  }

  #advance(count: number): number {
    const start = this.#place;
    this.#place += count;
    if (this.#place > this.#bytes.length) throw new BatchError('cut short');
    return start;
  }
}
