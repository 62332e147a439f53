import type { StreamId } from '../../domain/streamId.ts';
import { FIRST_FORMAT, NAMES_FORMAT, RESTLESS_FORMAT, TAG } from './batchFormat.ts';

const NEWEST_FORMAT = RESTLESS_FORMAT;
/** A name may begin with what elsewhere would be a byte order mark. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** No writer can have made this batch; a batch that was damaged later does not pass the store's checksum. */
export class BatchError extends Error {
  override readonly name: string = 'BatchError';
}

/** Reads the bytes of a batch from the front. Every method throws BatchError at the end of the bytes. */
export class BatchReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #format: number;
  #streams: StreamId[] = [];
  /** Names of the further inputs of each stream, by its name. */
  readonly #inputs = new Map<StreamId, readonly string[]>();
  #place = 0;
  /** Arrival of the last reading that was written with one of its own, ms since the epoch; NaN: there was none. */
  arrival: number = Number.NaN;

  /** @throws BatchError for a format that is not known */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const format = this.byte();
    if (format < FIRST_FORMAT || format > NEWEST_FORMAT) throw new BatchError('unknown format');
    this.#format = format;
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#bytes.length;
  }

  /** Makes sure that the batch has what this format was the first to have. @throws BatchError in a batch of an older one */
  requireFormat(format: number): void {
    if (this.#format < format) throw new BatchError('an entry that is newer than its batch');
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

  text(): string {
    return DECODER.decode(this.block(this.long()));
  }

  /** A view of the next bytes. */
  block(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  doubles(): number[] {
    return Array.from({ length: this.byte() }, () => this.double());
  }

  /** The fields of a tag that belongs to the batch and not to an entry. @returns whether it was one */
  takeNames(tag: number): boolean {
    if (tag === TAG.name) this.#streams.push(this.text() as StreamId);
    else if (tag === TAG.renumber) this.#renumber();
    else if (tag === TAG.inputs) this.#nameInputs();
    else return false;
    return true;
  }

  #renumber(): void {
    this.#streams = [];
    this.#inputs.clear();
  }

  #nameInputs(): void {
    this.requireFormat(NAMES_FORMAT);
    const stream = this.stream();
    this.#inputs.set(
      stream,
      Array.from({ length: this.byte() }, () => this.text()),
    );
  }

  /** @returns names of `count` further inputs; undefined: they go by their place. @throws BatchError where the batch has another number of them */
  inputNames(stream: StreamId, count: number): readonly string[] | undefined {
    const names = this.#inputs.get(stream);
    if (names === undefined || names.length === 0) return undefined;
    if (names.length !== count) throw new BatchError('another number of inputs than names');
    return names;
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
