import { closeSync, fsyncSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from './durableFile.ts';
import { createFile, draftOf, statOf } from './privateFile.ts';
import type { WriteMeter } from './writeMeter.ts';

export const RESERVE_BYTES: number = 8 * 1024 * 1024;
const RETRY_MS = 60_000;
/** It is made again only where that does not fill the disk anew. */
const SPACE_LEFT = 2;
const ZEROS: Uint8Array = new Uint8Array(262_144);

/** Space on the disk that is given up when there is no other, so that the last snapshots still find room. */
export class Reserve {
  readonly #file: string;
  readonly #folder: string;
  readonly #bytes: number;
  readonly #writes: WriteMeter;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, bytes: number, writes: WriteMeter) {
    this.#folder = folder;
    this.#file = join(folder, 'reserve');
    this.#bytes = bytes;
    this.#writes = writes;
  }

  /** @returns whether there was something to give up */
  release(): boolean {
    if (statOf(this.#file) === undefined) return false;
    rmSync(this.#file, { force: true });
    return true;
  }

  /** Makes it where it is missing and there is space for more than that; looks once a minute. */
  renew(now: number): void {
    if (Math.abs(now - this.#triedAt) < RETRY_MS) return;
    this.#triedAt = now;
    const there = statOf(this.#file);
    if (there?.isFile() && there.size === this.#bytes) return;
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      if (bavail * bsize < this.#bytes * SPACE_LEFT) return;
      this.#fill();
    } catch {
      // It is a provision: where there is no space for it, the store works without.
    }
  }

  #fill(): void {
    const draft = draftOf(this.#file);
    const handle = createFile(draft);
    try {
      for (let place = 0; place < this.#bytes; place += ZEROS.length) {
        writeAll(handle, ZEROS.subarray(0, Math.min(ZEROS.length, this.#bytes - place)), place);
      }
      fsyncSync(handle);
      renameSync(draft, this.#file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
    this.#writes.write(0, this.#bytes);
    this.#writes.flushFile();
  }
}
