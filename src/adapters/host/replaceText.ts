import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface TextReplacement {
  readonly file: string;
  /** The text that it was made of. */
  readonly before: string;
  readonly after: string;
}

/** The file has another text by now. */
export class FileChangedError extends Error {
  constructor(file: string) {
    super(`${file} was changed meanwhile`);
    this.name = 'FileChangedError';
  }
}

/**
 * Puts a text in the place of another one in a user's file, whole or not at all: after a power cut one of the two is there. Rights stay as they
 * are, so does the owner where that is allowed; behind a symbolic link the file that it leads to is replaced.
 * @throws FileChangedError; else what the file system says (EACCES, EROFS, ENOSPC …)
 */
export function replaceText({ file, before, after }: TextReplacement): void {
  const target = realpathSync(file);
  if (readFileSync(target, 'utf8') !== before) throw new FileChangedError(file);
  const { mode, uid, gid } = statSync(target);
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  // No other user can read it before it has the rights of the file.
  const handle = openSync(draft, 'wx', 0o600);
  try {
    try {
      writeWhole(handle, Buffer.from(after));
      keepOwner(handle, uid, gid);
      fchmodSync(handle, mode & 0o7777);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, target);
    syncFolder(dirname(target));
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeWhole(handle: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}

/** Only root may give files away; the group may be one of ours. */
function keepOwner(handle: number, uid: number, gid: number): void {
  try {
    fchownSync(handle, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
