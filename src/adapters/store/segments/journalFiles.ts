import { closeSync, fsyncSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type JournalBatch, type JournalPosition, type PastJournal, StoreError } from '../../../domain/stateStore.ts';
import type { Anchors } from '../files/anchors.ts';
import { sizeOf, syncFolder, writeAll } from '../files/durableFile.ts';
import { createFile, draftOf } from '../files/privateFile.ts';
import { journalFilesIn } from '../files/statePaths.ts';
import type { WriteMeter } from '../files/writeMeter.ts';
import { type BatchRecord, encodeBatch, sizeOfBatch } from './batchRecord.ts';
import { encodeSegmentHead, SEGMENT_HEAD_BYTES } from './journalSegment.ts';
import { SegmentFile } from './segmentFile.ts';

/** Room for a quarter of an hour at 100 samples a second. */
export const SEGMENT_BYTES: number = 4 * 1024 * 1024;
/** Segments that are kept for the next time where more have become free. */
const MOST_FREE = 2;
const ZEROS: Uint8Array = new Uint8Array(262_144);

export interface JournalFilesOptions {
  /** Batches that end before it are the past of the journal. */
  readonly trimmed: JournalPosition;
  /** Position up to which the journal was forgotten earlier: batches that end before it count as gone. */
  readonly past: JournalPosition;
  readonly segmentBytes: number;
  readonly writes: WriteMeter;
  /** Holds the segments that are in use; undefined: nothing is written. */
  readonly anchors: Anchors | undefined;
}

/** The journal: batches one after the other in segments (journalSegment.ts), which are used again when they were trimmed. */
export class JournalFiles {
  readonly #folder: string;
  readonly #options: JournalFilesOptions;
  /** Those in use, oldest first; the last one is written to. */
  #segments: SegmentFile[] = [];
  /** Names of those that are not in use. */
  #free: string[] = [];
  /** Highest number of a use, of free segments too. */
  #uses = 0;
  /** Where the next batch goes in the last segment, and how large that is. */
  #end = 0;
  #size = 0;
  #newest: { readonly first: number; readonly last: number; readonly crc: number } | undefined;
  #trimmed: JournalPosition;
  #past: JournalPosition;
  #last: JournalPosition;

  constructor(folder: string, options: JournalFilesOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#trimmed = options.trimmed;
    this.#past = Math.min(options.past, options.trimmed);
    this.#last = Math.max(0, options.trimmed - 1);
    try {
      for (const file of journalFilesIn(folder)) this.#find(file);
      this.#segments.sort((a, b) => a.use - b.use);
      this.#findEnd();
      this.#recycle();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get lastPosition(): JournalPosition {
    return this.#last;
  }

  #find(file: string): void {
    const { anchors } = this.#options;
    const segment = new SegmentFile(file, anchors === undefined ? 'read' : 'write');
    this.#segments.push(segment);
    const { use, batches } = segment.read();
    this.#uses = Math.max(this.#uses, use);
    segment.use = use;
    segment.last = batches.at(-1)?.last ?? 0;
    segment.previous = batches[0]?.previous ?? 0;
    if (segment.last > 0) {
      anchors?.hold(file, segment.identity);
      return;
    }
    this.#segments.pop();
    segment.close();
    this.#free.push(file);
  }

  #findEnd(): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined) return;
    const { batches, end } = segment.read();
    const newest = batches.at(-1);
    if (newest !== undefined) this.#newest = { first: newest.first, last: newest.last, crc: crc32(newest.bytes) };
    this.#last = Math.max(this.#last, segment.last);
    this.#end = end;
    this.#size = segment.size;
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
    (this.#segments.at(-1) as SegmentFile).last = last;
  }

  /** Asked again because the answer got lost. */
  #isRepeated({ first, last, bytes }: JournalBatch): boolean {
    const newest = this.#newest;
    return newest !== undefined && newest.first === first && newest.last === last && newest.crc === crc32(bytes);
  }

  #write(batch: JournalBatch, size: number): void {
    const segment = this.#segments.at(-1) as SegmentFile;
    const record = new Uint8Array(size);
    encodeBatch(batch, { previous: this.#last, segment: segment.use }, record);
    segment.write(record, this.#end);
    this.#options.writes.writeBatch(this.#end, size);
    this.#options.writes.flushData();
    this.#end += size;
  }

  /** A batch that is larger than a segment gets a larger one. */
  #writeToNext(batch: JournalBatch, size: number): void {
    const { segmentBytes, writes, anchors } = this.#options;
    const needed = SEGMENT_HEAD_BYTES + size;
    const use = this.#uses + 1;
    const file =
      this.#free.find((name) => (sizeOf(name) ?? 0) >= needed) ?? this.#create(Math.max(segmentBytes, needed));
    this.#free = this.#free.filter((name) => name !== file);
    const segment = new SegmentFile(file, 'write');
    const record = new Uint8Array(needed);
    encodeSegmentHead(use, record);
    encodeBatch(batch, { previous: this.#last, segment: use }, record.subarray(SEGMENT_HEAD_BYTES));
    try {
      segment.write(record, 0);
    } catch (error) {
      segment.close();
      // It may hold the batch nevertheless, under a number of use that will be given again.
      rmSync(segment.file, { force: true });
      throw error;
    }
    this.#uses = use;
    writes.writeBatch(0, needed);
    writes.flushData();
    segment.use = use;
    segment.previous = this.#last;
    this.#segments.push(segment);
    anchors?.hold(segment.file, segment.identity);
    this.#end = needed;
    this.#size = segment.size;
  }

  #create(bytes: number): string {
    const names = new Set([...this.#segments.map(({ file }) => file), ...this.#free]);
    let number = 1;
    while (names.has(join(this.#folder, `journal.${number}`))) number++;
    const file = join(this.#folder, `journal.${number}`);
    const draft = draftOf(file);
    const handle = createFile(draft);
    try {
      for (let place = 0; place < bytes; place += ZEROS.length) {
        writeAll(handle, ZEROS.subarray(0, Math.min(ZEROS.length, bytes - place)), place);
      }
      fsyncSync(handle);
      renameSync(draft, file);
      syncFolder(this.#folder);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
    this.#options.writes.write(0, bytes);
    this.#options.writes.flushFile();
    this.#options.writes.flushFile();
    this.#free.push(file);
    return file;
  }

  /** First entry of the journal with its past: all later ones are there, but for what is damaged. */
  get pastFrom(): JournalPosition {
    const [oldest] = this.#segments;
    return Math.max(this.#past, oldest === undefined ? this.#last + 1 : oldest.previous + 1);
  }

  /** Batches segment by segment, oldest first, as they were when it began. @param wanted they end there or later. Default: those that were not trimmed */
  *read(wanted?: JournalPosition): Generator<readonly BatchRecord[]> {
    const until = this.#last;
    for (const segment of [...this.#segments]) {
      // It may have been given up since the reading began.
      if (!this.#segments.includes(segment)) continue;
      const from = wanted === undefined ? this.#trimmed : Math.max(wanted, this.#past);
      if (segment.last < from) continue;
      const { batches } = segment.read();
      yield batches.filter(({ last }) => last >= from && last <= until);
    }
  }

  /** Where the past begins after a trim: what is wanted of it, as far as it has room. */
  pastAfter(position: JournalPosition, { from, mostBytes }: PastJournal): JournalPosition {
    let start = Math.max(this.#past, Math.min(from, position));
    const isPast = ({ last }: SegmentFile): boolean => last >= start && last < Math.max(this.#trimmed, position);
    const past = this.#segments.filter(isPast);
    let bytes = past.reduce((sum, { size }) => sum + size, 0);
    for (const { last, size } of past) {
      if (bytes <= mostBytes) break;
      bytes -= size;
      start = last + 1;
    }
    return start;
  }

  /** Batches that end before `position` are the past, and those that end before `past` are forgotten. The caller has made that durable. */
  trim(position: JournalPosition, past: JournalPosition = position): void {
    this.#trimmed = Math.max(this.#trimmed, position);
    this.#past = Math.max(this.#past, Math.min(past, this.#trimmed));
    this.#last = Math.max(this.#last, position - 1);
    this.#recycle();
    while (this.#free.length > MOST_FREE) rmSync(this.#free.pop() as string, { force: true });
  }

  #recycle(): void {
    const isOver = (segment: SegmentFile): boolean => segment.last < this.#past && segment !== this.#segments.at(-1);
    for (const segment of this.#segments.filter(isOver)) {
      this.#options.anchors?.release(segment.file);
      segment.close();
      this.#free.push(segment.file);
    }
    this.#segments = this.#segments.filter((segment) => !isOver(segment));
  }

  close(): void {
    for (const segment of this.#segments.splice(0)) segment.close();
  }
}
