import { closeSync, openSync, readSync } from 'node:fs';
import type { WriteMeter } from '../files/writeMeter.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const SALT_START = 16;
const FRAME_SALT_START = 8;
const SALT_BYTES = 8;

/**
 * Counts what SQLite writes by walking through its write-ahead log after each commit: a frame per page. Its two salts tell
 * frames of this round from those of the one before, which are written over.
 */
export class WalMeter {
  readonly #file: string;
  readonly #pageBytes: number;
  readonly #writes: WriteMeter;
  #salts = '';
  #place = HEADER_BYTES;
  /** Pages that the next checkpoint copies. */
  readonly #pages = new Set<number>();

  constructor(file: string, pageBytes: number, writes: WriteMeter) {
    this.#file = file;
    this.#pageBytes = pageBytes;
    this.#writes = writes;
  }

  /** Pages that wait for a checkpoint. */
  get pages(): number {
    return this.#pages.size;
  }

  /** Bytes of the log's present round. */
  get bytes(): number {
    return this.#place;
  }

  afterCommit(): void {
    let handle: number;
    try {
      handle = openSync(this.#file, 'r');
    } catch {
      return;
    }
    try {
      this.#walk(handle);
    } finally {
      closeSync(handle);
    }
  }

  #walk(handle: number): void {
    const header = Buffer.alloc(HEADER_BYTES);
    if (readSync(handle, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return;
    const salts = header.toString('latin1', SALT_START, SALT_START + SALT_BYTES);
    if (salts !== this.#salts) {
      this.#salts = salts;
      this.#place = HEADER_BYTES;
      // The new header is flushed before the first frame follows.
      this.#writes.write(0, HEADER_BYTES);
      this.#writes.flushFile();
    }
    const frame = Buffer.alloc(FRAME_HEADER_BYTES);
    const start = this.#place;
    while (readSync(handle, frame, 0, FRAME_HEADER_BYTES, this.#place) === FRAME_HEADER_BYTES) {
      if (frame.toString('latin1', FRAME_SALT_START, FRAME_SALT_START + SALT_BYTES) !== salts) break;
      this.#pages.add(frame.readUInt32BE(0));
      this.#place += FRAME_HEADER_BYTES + this.#pageBytes;
    }
    if (this.#place === start) return;
    this.#writes.write(start, this.#place - start);
    this.#writes.flushFile();
  }

  /** The log was flushed, its pages were copied into the file, and that was flushed. */
  afterCheckpoint(): void {
    if (this.#pages.size === 0) return;
    this.#writes.write(0, this.#pages.size * this.#pageBytes);
    this.#writes.flushData();
    this.#writes.flushFile();
    this.#pages.clear();
  }
}
