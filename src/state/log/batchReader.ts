import type { StreamId } from '../../domain/streamId.ts';
import { FIRST_FORMAT, NEWEST_FORMAT, TAG } from './batchFormat.ts';

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
  readonly #isNewest: boolean;
  #streams: StreamId[] = [];
  #place = 0;
  /** Arrival of the last reading that was written with one of its own, ms since the epoch; NaN: there was none. */
  arrival: number = Number.NaN;

  /** @throws BatchError for a format that is not known */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const format = this.byte();
    if (format !== FIRST_FORMAT && format !== NEWEST_FORMAT) throw new BatchError('unknown format');
    this.#isNewest = format === NEWEST_FORMAT;
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#bytes.length;
  }

  /** Makes sure that the batch is of format 2, where something of it follows. @throws BatchError in a batch of format 1 */
  requireNewestFormat(): void {
    if (!this.#isNewest) throw new BatchError('an entry that is newer than its batch');
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
    else if (tag === TAG.renumber) this.#streams = [];
    else return false;
    return true;
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
