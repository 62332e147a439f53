import { closeSync, fdatasyncSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type JournalBatch, type JournalPosition, StoreError } from '../../domain/stateStore.ts';
import { type BatchRecord, encodeBatch, sizeOfBatch } from './batchRecord.ts';
import { readWhole, sizeOf, syncFolder, writeAll } from './durableFile.ts';
import { encodeSegmentHead, readSegment, SEGMENT_HEAD_BYTES } from './journalSegment.ts';
import type { Traffic } from './traffic.ts';

/** Room for a quarter of an hour at 100 samples a second. */
export const SEGMENT_BYTES: number = 4 * 1024 * 1024;
/** Segments that are kept for the next time where more have become free. */
const MOST_FREE = 2;
const ZEROS: Uint8Array = new Uint8Array(262_144);
const NAME = /^journal\.(\d{1,9})$/;

interface Segment {
  readonly file: string;
  /** Counts the uses of all segments; 0 = free. */
  use: number;
  /** Last entry in it. */
  last: JournalPosition;
}

/** The journal: batches one after the other in segments (journalSegment.ts), which are used again when they were trimmed. */
export class JournalFiles {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #traffic: Traffic;
  /** Those in use, oldest first; the last one is written to. */
  #segments: Segment[] = [];
  #free: Segment[] = [];
  /** Highest number of a use, of free segments too. */
  #uses = 0;
  #handle: number | undefined;
  /** Where the next batch goes in the last segment, and how large that is. */
  #end = 0;
  #size = 0;
  #newest: { readonly first: number; readonly last: number; readonly crc: number } | undefined;
  #trimmed: JournalPosition;
  #last: JournalPosition;

  /** @param trimmed what was forgotten earlier: batches that end before it are as good as gone */
  constructor(folder: string, trimmed: JournalPosition, segmentBytes: number, traffic: Traffic) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#traffic = traffic;
    this.#trimmed = trimmed;
    this.#last = Math.max(0, trimmed - 1);
    for (const name of readdirSync(folder).filter((entry) => NAME.test(entry))) this.#find(join(folder, name));
    this.#segments.sort((a, b) => a.use - b.use);
    this.#findEnd();
    this.#recycle();
  }

  get lastPosition(): JournalPosition {
    return this.#last;
  }

  #find(file: string): void {
    const { use, batches } = readSegment(readWhole(file));
    this.#uses = Math.max(this.#uses, use);
    const segment = { file, use, last: batches.at(-1)?.last ?? 0 };
    if (segment.last === 0) this.#free.push(segment);
    else this.#segments.push(segment);
  }

  #findEnd(): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return;
    const bytes = readWhole(segment.file);
    const { batches, end } = readSegment(bytes);
    const newest = batches.at(-1);
    if (newest !== undefined) this.#newest = { first: newest.first, last: newest.last, crc: crc32(newest.bytes) };
    this.#last = Math.max(this.#last, segment.last);
    this.#end = end;
    this.#size = bytes.length;
  }

  /**
   * @param after a last entry that is known from elsewhere
   * @throws StoreError where `first` does not follow; errors of the file system as they are
   */
  append(batch: JournalBatch, after: JournalPosition): void {
    const { first, last, bytes } = batch;
    if (this.#isRepeated(batch)) return;
    this.#last = Math.max(this.#last, after);
    if (!(first > this.#last && last >= first)) {
      throw new StoreError('failed', `a batch ${first}…${last} cannot follow entry ${this.#last}`);
    }
    const size = sizeOfBatch(bytes.length);
    if (this.#segments.length > 0 && this.#end + size <= this.#size) this.#write(batch, size);
    else this.#writeToNext(batch, size);
    this.#last = last;
    this.#newest = { first, last, crc: crc32(bytes) };
    (this.#segments.at(-1) as Segment).last = last;
  }

  /** Asked again because the answer got lost. */
  #isRepeated({ first, last, bytes }: JournalBatch): boolean {
    const newest = this.#newest;
    return newest !== undefined && newest.first === first && newest.last === last && newest.crc === crc32(bytes);
  }

  #write(batch: JournalBatch, size: number): void {
    const { file, use } = this.#segments.at(-1) as Segment;
    this.#handle ??= openSync(file, 'r+');
    const handle = this.#handle;
    const record = new Uint8Array(size);
    encodeBatch(batch, { previous: this.#last, segment: use }, record);
    writeAll(handle, record, this.#end);
    fdatasyncSync(handle);
    this.#traffic.writeBatch(this.#end, size);
    this.#traffic.flushData();
    this.#end += size;
  }

  /** A batch that is larger than a segment gets a larger one. */
  #writeToNext(batch: JournalBatch, size: number): void {
    const needed = SEGMENT_HEAD_BYTES + size;
    const use = this.#uses + 1;
    const free = this.#free.find(({ file }) => (sizeOf(file) ?? 0) >= needed);
    const file = free?.file ?? this.#create(Math.max(this.#segmentBytes, needed));
    const record = new Uint8Array(needed);
    encodeSegmentHead(use, record);
    encodeBatch(batch, { previous: this.#last, segment: use }, record.subarray(SEGMENT_HEAD_BYTES));
    const handle = openSync(file, 'r+');
    try {
      writeAll(handle, record, 0);
      fdatasyncSync(handle);
    } catch (error) {
      closeSync(handle);
      // It may hold the batch nevertheless, under a number of use that will be given again.
      this.#free = this.#free.filter((segment) => segment.file !== file);
      rmSync(file, { force: true });
      throw error;
    }
    this.#uses = use;
    this.#traffic.writeBatch(0, needed);
    this.#traffic.flushData();
    this.#closeHandle();
    this.#free = this.#free.filter((segment) => segment.file !== file);
    this.#segments.push({ file, use, last: batch.last });
    this.#handle = handle;
    this.#end = needed;
    this.#size = sizeOf(file) ?? needed;
  }

  #create(bytes: number): string {
    const names = new Set([...this.#segments, ...this.#free].map(({ file }) => file));
    let number = 1;
    while (names.has(join(this.#folder, `journal.${number}`))) number++;
    const file = join(this.#folder, `journal.${number}`);
    const handle = openSync(file, 'w', 0o600);
    try {
      for (let place = 0; place < bytes; place += ZEROS.length) {
        writeAll(handle, ZEROS.subarray(0, Math.min(ZEROS.length, bytes - place)), place);
      }
      fsyncSync(handle);
      syncFolder(this.#folder);
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
    this.#traffic.write(0, bytes);
    this.#traffic.flushFile();
    this.#traffic.flushFile();
    this.#free.push({ file, use: 0, last: 0 });
    return file;
  }

  /** Batches segment by segment, oldest first, as they were when it began: without those that were trimmed. */
  *read(): Generator<readonly BatchRecord[]> {
    const until = this.#last;
    for (const { file, use } of [...this.#segments]) {
      const contents = readSegment(readWhole(file));
      if (contents.use !== use) continue;
      yield contents.batches.filter(({ last }) => last >= this.#trimmed && last <= until);
    }
  }

  /** Batches that end before `position` are forgotten. The caller has made that durable. */
  trim(position: JournalPosition): void {
    this.#trimmed = Math.max(this.#trimmed, position);
    this.#last = Math.max(this.#last, position - 1);
    this.#recycle();
    while (this.#free.length > MOST_FREE) rmSync((this.#free.pop() as Segment).file, { force: true });
  }

  #recycle(): void {
    const isOver = (segment: Segment): boolean => segment.last < this.#trimmed && segment !== this.#segments.at(-1);
    this.#free.push(...this.#segments.filter(isOver));
    this.#segments = this.#segments.filter((segment) => !isOver(segment));
  }

  close(): void {
    this.#closeHandle();
  }

  #closeHandle(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}
