const BLOCK = 4096;
/** Bytes that a journaling file system writes for a file whose times or size have changed: descriptor, inode, commit. */
const METADATA_BYTES = 3 * BLOCK;

/**
 * Counts what a medium has to bear: whole blocks, and what the file system adds to each flush of a file that has changed. An
 * estimate, right within a few per cent at the block device for ext4 as it is by default.
 */
export class WriteMeter {
  bytesWritten = 0;
  /** Bytes of these for batches of the journal. */
  journalBytes = 0;
  flushes = 0;

  /** Bytes were written at a place of a file, and will be flushed. */
  write(place: number, length: number): void {
    this.bytesWritten += blockBytes(place, length);
  }

  /** Counts a batch of the journal as `write` does. */
  writeBatch(place: number, length: number): void {
    this.write(place, length);
    this.journalBytes += blockBytes(place, length);
  }

  /** Only data was flushed (fdatasync of a file that keeps its size). */
  flushData(): void {
    this.flushes++;
  }

  /** A file was flushed with its times and size (fsync): the file system's own journal too. */
  flushFile(): void {
    this.bytesWritten += METADATA_BYTES;
    this.flushes += 2;
  }
}

function blockBytes(place: number, length: number): number {
  return length > 0 ? (Math.ceil((place + length) / BLOCK) - Math.floor(place / BLOCK)) * BLOCK : 0;
}
