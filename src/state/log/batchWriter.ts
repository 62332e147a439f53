import type { Origin, Sample } from '../../domain/sample.ts';
import type { JournalBatch, JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import {
  BATCH_FORMAT,
  EFFORT_SHIFT,
  FORGET,
  GAP,
  HAS_INPUTS,
  IS_BACKLOG,
  IS_NEAR,
  IS_TOLD,
  MESSAGE,
  MOST_NEAR,
  MOST_STREAMS,
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

const ENCODER = new TextEncoder();
const FIRST_SIZE = 1024;
/** Room for any entry but for the texts and inputs in it. */
const ENTRY_ROOM = 48;

/** Collects the entries of one commit as bytes; a sample costs 19 of them, and one to three for the origin of its time. */
export class BatchWriter {
  readonly #streams = new Map<StreamId, number>();
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;
  #entries = 0;
  /** Where the gap begins that the bytes end with; undefined: they do not. */
  #gap: number | undefined;
  /** Of the last reading that was written with one of its own. */
  #arrival: number = Number.NaN;

  /** Entries so far, with those that were left out. */
  get entries(): number {
    return this.#entries;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  add(entry: JournalEntry): void {
    this.#begin();
    this.#gap = undefined;
    if (entry.kind === 'sample') this.#addSample(entry.sample);
    else if (entry.kind === 'retold') this.#addSample(entry.sample, entry.original);
    else if (entry.kind === 'message') this.#addMessage(entry.packetId, entry.checksum);
    else if (entry.kind === 'session') this.#byte(SESSION);
    else this.#addStream(entry.kind === 'forget' ? FORGET : RETELL, entry.stream);
    this.#entries++;
  }

  /** In place of an entry: its position stays free. */
  leaveOut(): void {
    if (this.#gap === undefined) {
      this.#begin();
      this.#gap = this.#size;
      this.#byte(GAP);
      this.#long(0);
    }
    const count = this.#gap + 1;
    this.#view.setUint32(count, this.#view.getUint32(count, true) + 1, true);
    this.#entries++;
  }

  /** The entries as a batch that begins at `first`; the writer is empty then. There has to be one at least. */
  take(first: JournalPosition): JournalBatch {
    const batch = { first, last: first + this.#entries - 1, bytes: this.#bytes.slice(0, this.#size) };
    this.clear();
    return batch;
  }

  clear(): void {
    this.#streams.clear();
    this.#size = 0;
    this.#entries = 0;
    this.#gap = undefined;
    this.#arrival = Number.NaN;
  }

  #begin(): void {
    this.#reserve(ENTRY_ROOM);
    if (this.#size === 0) this.#byte(BATCH_FORMAT);
  }

  #addSample({ stream, at, value, inputs, effort = 0, origin }: Sample, original?: JournalPosition): void {
    const number = this.#numberOf(stream);
    this.#byte(tagOf(origin, original) | (effort << EFFORT_SHIFT) | (inputs === undefined ? 0 : HAS_INPUTS));
    if (original !== undefined) this.#double(original);
    this.#short(number);
    this.#double(at);
    this.#double(value);
    if (inputs !== undefined) {
      this.#reserve(1 + 8 * inputs.length + ENTRY_ROOM);
      this.#byte(inputs.length);
      for (const input of inputs) this.#double(input);
    }
    if (origin !== undefined) this.#addOrigin(origin);
  }

  #addOrigin({ arrival, isTold, isBacklog }: Origin): void {
    const flags = (isTold ? IS_TOLD : 0) | (isBacklog ? IS_BACKLOG : 0);
    if (!isTold) {
      this.#byte(flags);
      return;
    }
    const distance = arrival - this.#arrival;
    const isWhole = Number.isInteger(distance) && this.#arrival + distance === arrival;
    const isNear = isWhole && distance >= 0 && distance <= MOST_NEAR;
    this.#byte(flags | (isNear ? IS_NEAR : 0));
    if (isNear) this.#short(distance);
    else this.#double(arrival);
    this.#arrival = arrival;
  }

  #addMessage(packetId: number, checksum: number): void {
    this.#byte(MESSAGE);
    this.#short(packetId);
    this.#long(checksum);
  }

  #addStream(tag: number, stream: StreamId): void {
    const number = this.#numberOf(stream);
    this.#byte(tag);
    this.#short(number);
  }

  #numberOf(stream: StreamId): number {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    if (this.#streams.size === MOST_STREAMS) {
      this.#streams.clear();
      this.#byte(RENUMBER);
    }
    const number = this.#streams.size;
    this.#streams.set(stream, number);
    const name = ENCODER.encode(stream);
    this.#byte(NAME);
    this.#long(name.length);
    this.#reserve(name.length + ENTRY_ROOM);
    this.#bytes.set(name, this.#size);
    this.#size += name.length;
    return number;
  }

  #byte(value: number): void {
    this.#bytes[this.#size++] = value;
  }

  #short(value: number): void {
    this.#view.setUint16(this.#size, value, true);
    this.#size += 2;
  }

  #long(value: number): void {
    this.#view.setUint32(this.#size, value, true);
    this.#size += 4;
  }

  #double(value: number): void {
    this.#view.setFloat64(this.#size, value, true);
    this.#size += 8;
  }

  #reserve(count: number): void {
    if (this.#size + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(2 * this.#bytes.length, this.#size + count));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function tagOf(origin: Origin | undefined, original: JournalPosition | undefined): number {
  if (origin === undefined) return original === undefined ? SAMPLE : RETOLD;
  return original === undefined ? READING : REREAD;
}
