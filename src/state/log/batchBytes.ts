import { TidegateError } from '../../domain/errors.ts';
import { FollowedEntry, FollowingEntries } from '../../domain/followingMap.ts';
import { sameNames } from '../../domain/sameNames.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { FIRST_FORMAT, MOST_STREAMS, NAMES_FORMAT, TAG } from './batchFormat.ts';

const ENCODER = new TextEncoder();
const FIRST_SIZE = 1024;
const LAST_ASCII = 0x7f;
/** Bytes that any entry fits into, except its texts, keys and further inputs. */
const ENTRY_ROOM = 48;
const NO_NAMES: readonly string[] = [];
/** Streams beyond these are forgotten from batch to batch. */
const MOST_REMEMBERED = 8192;

/** A stream that has a number in the batch of that count, or had. */
class NumberedStream extends FollowedEntry<StreamId> {
  number = 0;
  batch = 0;
}

/** The bytes of one batch while it is written: a buffer that grows, the numbers of its streams, and the last arrival. */
export class BatchBytes {
  /** They stay from batch to batch: nearly all streams come again. */
  readonly #streams = new FollowingEntries<StreamId, NumberedStream>();
  /** Count of the batches, and of the streams that have a number in this one. */
  #batch = 1;
  #named = 0;
  /** Names of the further inputs that the newest INPUTS of each stream has. */
  readonly #inputs = new Map<StreamId, readonly string[]>();
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;
  /** Arrival of the last reading that was written with one of its own, ms since the epoch; NaN: there was none. */
  arrival: number = Number.NaN;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Makes room for one entry, and writes the format before the first. */
  begin(): void {
    this.reserve(ENTRY_ROOM);
    if (this.#size === 0) this.byte(FIRST_FORMAT);
  }

  /** The batch holds something that formats before this one do not have. */
  useFormat(format: number): void {
    this.#bytes[0] = Math.max(this.#bytes[0], format);
  }

  /** @returns the number of a stream; writes its NAME before, where it has none yet. To be called before the tag of an entry. */
  numberOf(stream: StreamId): number {
    const known = this.#streams.follow(stream);
    if (known !== undefined && known.batch === this.#batch) return known.number;
    if (this.#named === MOST_STREAMS) {
      this.#forgetNumbers();
      this.byte(TAG.renumber);
    }
    const numbered = this.#streams.follow(stream) ?? this.#remember(stream);
    numbered.number = this.#named++;
    numbered.batch = this.#batch;
    this.byte(TAG.name);
    this.text(stream);
    return numbered.number;
  }

  #remember(stream: StreamId): NumberedStream {
    const numbered = new NumberedStream(stream);
    this.#streams.set(numbered);
    return numbered;
  }

  #forgetNumbers(): void {
    this.#batch++;
    this.#named = 0;
    if (this.#inputs.size > 0) this.#inputs.clear();
    if (this.#streams.size > MOST_REMEMBERED) this.#streams.clear();
  }

  /**
   * Writes INPUTS where the batch does not say already that the stream's readings have further inputs of these names. To be called after
   * `numberOf` and before the tag of an entry.
   * @param count of the inputs @param names (count), or none
   * @throws TidegateError TG_INTERNAL for another number of names: nothing would tell which input is which
   */
  nameInputs(stream: StreamId, count: number, names: readonly string[] = NO_NAMES): void {
    const known = this.#inputs.get(stream) ?? NO_NAMES;
    if (sameNames(known, names)) return;
    if (names.length > 0 && names.length !== count)
      throw new TidegateError('TG_INTERNAL', `${stream}: ${count} further inputs have ${names.length} names`);
    this.#inputs.set(stream, names);
    this.useFormat(NAMES_FORMAT);
    this.byte(TAG.inputs);
    this.short(this.numberOf(stream));
    this.byte(names.length);
    for (const name of names) this.text(name);
  }

  byte(value: number): void {
    this.#bytes[this.#size++] = value;
  }

  short(value: number): void {
    this.#view.setUint16(this.#size, value, true);
    this.#size += 2;
  }

  long(value: number): void {
    this.#view.setUint32(this.#size, value, true);
    this.#size += 4;
  }

  double(value: number): void {
    this.#view.setFloat64(this.#size, value, true);
    this.#size += 8;
  }

  /** u32 length, UTF-8. */
  text(value: string): void {
    if (this.#ascii(value)) return;
    const bytes = ENCODER.encode(value);
    this.long(bytes.length);
    this.block(bytes);
  }

  /** Writes a text that is its own UTF-8, as nearly all names are, without an array for it. @returns false where it is another */
  #ascii(value: string): boolean {
    const { length } = value;
    this.reserve(4 + length + ENTRY_ROOM);
    const start = this.#size + 4;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > LAST_ASCII) return false;
      this.#bytes[start + i] = code;
    }
    this.long(length);
    this.#size += length;
    return true;
  }

  block(bytes: Uint8Array): void {
    this.reserve(bytes.length + ENTRY_ROOM);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** u8 count, then f64 each. */
  doubles(values: readonly number[]): void {
    this.reserve(1 + 8 * values.length + ENTRY_ROOM);
    this.byte(values.length);
    for (const value of values) this.double(value);
  }

  /** Adds one to the u32 at a place. */
  incrementLong(place: number): void {
    this.#view.setUint32(place, this.#view.getUint32(place, true) + 1, true);
  }

  /** A copy of all bytes. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  clear(): void {
    this.#forgetNumbers();
    this.#size = 0;
    this.arrival = Number.NaN;
  }

  reserve(count: number): void {
    if (this.#size + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#size + count));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
