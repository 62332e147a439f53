import { closeSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';

/** Writes all of the bytes: a single call may write fewer, on a full disk above all. */
export function writeAll(handle: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    const count = writeSync(handle, bytes, written, bytes.length - written, position + written);
    if (count === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    written += count;
  }
}

/** A new, renamed or removed file is durable only once its folder is. */
export function syncFolder(folder: string): void {
  syncPath(folder, 'r');
}

export function syncFile(file: string): void {
  syncPath(file, 'r+');
}

function syncPath(path: string, flags: string): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** @returns undefined where there is no such file */
export function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

const BLOCK = 4096;
const MOST_AT_ONCE = 262_144;

/** All bytes of an open file. Blocks that the medium cannot read any more are zeros. */
export function readWhole(handle: number): Uint8Array {
  const bytes = new Uint8Array(fstatSync(handle).size);
  let step = MOST_AT_ONCE;
  for (let place = 0; place < bytes.length; ) {
    const count = tryRead(handle, bytes.subarray(place, place + step), place);
    if (count === 0) return bytes.subarray(0, place);
    if (count !== undefined) place += count;
    else if (step > BLOCK) step = BLOCK;
    else place += BLOCK;
  }
  return bytes;
}

/** @returns undefined where the medium says that it cannot */
function tryRead(handle: number, target: Uint8Array, place: number): number | undefined {
  try {
    return readSync(handle, target, 0, target.length, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return undefined;
    throw error;
  }
}
