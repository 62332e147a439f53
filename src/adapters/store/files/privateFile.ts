import {
  closeSync,
  constants,
  fchownSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder, writeAll } from './durableFile.ts';
import { randomUuid } from './randomUuid.ts';

/**
 * The one way in which files of ours come to be: no other user can read them, a name that exists is not taken, and a
 * symbolic link is not followed. A replacement is written beside the file first, under a name that cannot be guessed.
 */
const MODE = 0o600;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR } = constants;
/** Draft of a file: its name, a random part, `.tmp`; SQLite keeps companions beside it. */
const DRAFT = /\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.tmp(-wal|-shm|-journal|\.lock)?$/;
/** Those of a process that was killed; a living one needs its own for a moment only. */
const OLD_DRAFT_MS = 60_000;
const NO_HARD_LINKS: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'];

export interface WriteOptions {
  /** The file belongs to the owner of the folder, also where root writes it. */
  readonly isOfFolder: boolean;
  /** false: it need not survive a power cut. Default: true. */
  readonly isDurable?: boolean;
}

/** Makes an empty file in a state folder. @returns its descriptor. Errors of the file system as they are, EEXIST among them */
export function createFile(file: string): number {
  const handle = createForeign(file);
  try {
    giveToOwner(handle, dirname(file));
    return handle;
  } catch (error) {
    closeSync(handle);
    rmSync(file, { force: true });
    throw error;
  }
}

/** Makes an empty file in a folder of another user: it belongs to the user of this process. @returns as `createFile` */
export function createForeign(file: string): number {
  return openSync(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
}

/** Opens what is there. @throws ELOOP where the name is a symbolic link */
export function openExisting(file: string, access: 'read' | 'write'): number {
  return openSync(file, (access === 'read' ? O_RDONLY : O_RDWR) | O_NOFOLLOW);
}

/** A name beside the file for what will take its place. */
export function draftOf(file: string): string {
  return `${file}.${randomUuid()}.tmp`;
}

/** Writes a file whole, in the place of what has its name: after a power cut the old one is there or the new one. */
export function replaceFile(file: string, bytes: Uint8Array, options: WriteOptions): void {
  writeDraft(file, bytes, options, (draft) => renameSync(draft, file));
}

/** Writes a file whole where there is none of its name. @throws EEXIST where there is one */
export function writeNewFile(file: string, bytes: Uint8Array, options: WriteOptions): void {
  writeDraft(file, bytes, options, (draft) => placeNew(draft, file));
}

/** Gives a draft the name of a file that is not there yet. @throws EEXIST where it is; the draft may remain */
export function placeNew(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!NO_HARD_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
    // Without hard links the name is taken by an empty file, which the draft then replaces.
    closeSync(createForeign(file));
    renameSync(draft, file);
  }
}

function writeDraft(
  file: string,
  bytes: Uint8Array,
  { isOfFolder, isDurable = true }: WriteOptions,
  place: (draft: string) => void,
): void {
  const draft = draftOf(file);
  const handle = isOfFolder ? createFile(draft) : createForeign(draft);
  try {
    try {
      writeAll(handle, bytes, 0);
      if (isDurable) fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    place(draft);
    if (isDurable) syncFolder(dirname(file));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Gives a file that root made in the folder of another user to that user, who could not open it otherwise. */
export function giveToOwner(handle: number, folder: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = lstatSync(`${folder}/.`);
  if (uid !== 0) fchownSync(handle, uid, gid);
}

/** Removes drafts that a process left behind which was killed. */
export function removeOldDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!DRAFT.test(name)) continue;
    const stat = statOf(join(folder, name));
    const isOld = stat !== undefined && Math.abs(Date.now() - stat.mtimeMs) > OLD_DRAFT_MS;
    if (isOld) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Status of the name itself, not of a symbolic link's target; undefined: there is none. */
export function statOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}
