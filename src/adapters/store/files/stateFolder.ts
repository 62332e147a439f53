import { accessSync, chmodSync, constants, mkdirSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { StoreError } from '../../../domain/stateStore.ts';
import { statOf } from './privateFile.ts';

/** Names that mean something to us. */
const OWN_NAME = /^(state\.|journal\.|lock\.|reserve$|(underway|session|settled|subscriptions)\.json$)/;
const MODE = 0o700;
const OTHERS_WRITE = 0o022;
const WORLD_WRITES = 0o002;
const STICKY = 0o1000;

/**
 * Makes the folder where it is missing, and refuses one in which other users could put files of theirs in the place of ours.
 * @returns what an operator should know of it, if anything
 * @throws TidegateError TG_STATE_UNSAFE; StoreError `read-only` where files belong to another user and cannot be opened
 */
export function secureFolder(folder: string): string | undefined {
  makeFolder(folder);
  const stat = statSync(folder);
  const wasShared = (stat.mode & OTHERS_WRITE) !== 0;
  const isShared = wasShared && !closeForOthers(folder, stat);
  // One of ours on a file system without modes is as safe as it can be.
  const isOfAnother = stat.uid !== process.geteuid?.();
  if (isShared && isOfAnother && (stat.mode & WORLD_WRITES) !== 0 && (stat.mode & STICKY) === 0) {
    throw unsafe(
      `${folder} can be written by every user of this machine: name a folder of its own, or chmod 700 ${folder}`,
    );
  }
  for (const name of namesIn(folder, stat)) if (OWN_NAME.test(name)) checkFile(join(folder, name), stat, isShared);
  if (!wasShared) return undefined;
  const mode = `(mode ${(stat.mode & 0o7777).toString(8)})`;
  return isShared ? `${folder} can be written by other users ${mode}` : `${folder} was closed for other users ${mode}`;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: MODE });
  } catch (error) {
    // Node.js says ENOENT of a medium that is read-only, where it makes folders on the way.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') mkdirSync(folder, { mode: MODE });
    throw error;
  }
}

function namesIn(folder: string, stat: Stats): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw explainDenial(error, folder, folder, stat);
  }
}

/** @returns whether that could be done */
function closeForOthers(folder: string, { mode, uid }: Stats): boolean {
  if (uid !== process.geteuid?.()) return false;
  try {
    chmodSync(folder, mode & 0o7777 & ~OTHERS_WRITE);
    // Some file systems know no modes and do not say so.
    return (statSync(folder).mode & OTHERS_WRITE) === 0;
  } catch {
    return false;
  }
}

function checkFile(file: string, folder: Stats, isShared: boolean): void {
  const stat = statOf(file);
  if (stat === undefined) return;
  if (stat.isSymbolicLink()) throw unsafe(`${file} is a symbolic link: remove it`);
  // The lock of the WebAssembly build is a folder. The owner of ours can remove it, regardless of its maker.
  if (stat.isDirectory()) return;
  const own = process.geteuid?.();
  if (isShared && stat.uid !== own && stat.uid !== folder.uid && stat.uid !== 0) {
    throw unsafe(`${file} belongs to user ${stat.uid}, who can write in its folder: remove it`);
  }
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A medium that takes nothing says so when it is written to.
    if (code !== 'EROFS') throw explainDenial(error, file, dirname(file), stat);
  }
}

/** Root, or another user, has made it: the only one who can help is the operator. */
function explainDenial(error: unknown, path: string, folder: string, { uid }: Stats): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EACCES' && code !== 'EPERM') return error;
  const [own, group] = [process.geteuid?.(), process.getegid?.()];
  const text = `${path} belongs to user ${uid} and cannot be opened by user ${own}: chown -R ${own}:${group} ${folder}`;
  return new StoreError('read-only', text, { cause: error });
}

function unsafe(text: string): TidegateError {
  return new TidegateError('TG_STATE_UNSAFE', text);
}
