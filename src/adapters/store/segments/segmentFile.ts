import { closeSync, fdatasyncSync, fstatSync } from 'node:fs';
import type { JournalPosition } from '../../../domain/stateStore.ts';
import { type FileIdentity, identityOfOpen } from '../files/anchors.ts';
import { readWhole, writeAll } from '../files/durableFile.ts';
import { openExisting } from '../files/privateFile.ts';
import { readSegment, type SegmentContents } from './journalSegment.ts';

/** A segment of the journal that is in use. It stays open: what is in it can be read also where its name is gone. */
export class SegmentFile {
  readonly file: string;
  readonly identity: FileIdentity;
  /** Counts the uses of all segments; 0 = nothing was written into it yet. */
  use = 0;
  /** Last entry in it; 0 = none. */
  last: JournalPosition = 0;
  /** Last entry before those in it; 0 = none. */
  previous: JournalPosition = 0;
  readonly #handle: number;

  constructor(file: string, access: 'read' | 'write') {
    this.file = file;
    this.#handle = openExisting(file, access);
    this.identity = identityOfOpen(this.#handle);
  }

  get size(): number {
    return fstatSync(this.#handle).size;
  }

  /** @throws TidegateError TG_STATE_NEWER */
  read(): SegmentContents {
    return readSegment(readWhole(this.#handle));
  }

  /** The bytes are on the medium when it returns. Errors of the file system as they are. */
  write(bytes: Uint8Array, place: number): void {
    writeAll(this.#handle, bytes, place);
    fdatasyncSync(this.#handle);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
