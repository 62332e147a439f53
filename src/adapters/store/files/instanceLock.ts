import { closeSync, ftruncateSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { identityOf } from './anchors.ts';
import { writeAll } from './durableFile.ts';
import { createFile, draftOf, openExisting, placeNew, removeOldDrafts } from './privateFile.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.ts';
import { randomUuid } from './randomUuid.ts';

/**
 * One process at a time has a state folder. The file `lock.<n>` names the owner; who finds it dead or free makes
 * `lock.<n+1>`, which only one can. The highest number is never removed, so that a late one sees that it is late.
 */
export interface InstanceLock {
  readonly file: string;
  /** Idempotent. */
  release(): void;
}

const NAME = /^lock\.(\d{1,15})$/;
const FREE = 'free\n';
/** Only file systems without hard links show a lock file that is not written yet. */
const HALF_WRITTEN_MS = 10_000;
const MOST_TRIES = 100;

/** Holder of a folder: a process, and in it one store. */
interface Holder extends ProcessIdentity {
  /** Tells the stores of one process apart. */
  readonly owner?: string | undefined;
}

/**
 * @param owner a lock that this process has already under the same name is taken over: a thread may die and be followed by
 * another one
 * @throws TidegateError TG_STATE_LOCKED where a living process has it; errors of the file system as they are */
export function acquireLock(folder: string, owner: string = randomUuid()): InstanceLock {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const numbers = lockNumbers(folder);
    const highest = Math.max(0, ...numbers);
    if (highest > 0 && isOwn(holderOf(fileOf(folder, highest)), owner)) return lockOf(fileOf(folder, highest));
    if (highest > 0) refuseLiving(folder, highest);
    const own = highest + 1;
    if (!create(folder, own, owner)) continue;
    if (Math.max(...lockNumbers(folder)) > own) {
      // Others were faster by a whole life of a lock.
      rmSync(fileOf(folder, own), { force: true });
      continue;
    }
    for (const number of numbers) rmSync(fileOf(folder, number), { force: true });
    removeOldDrafts(folder);
    return lockOf(fileOf(folder, own));
  }
  throw locked(folder, 'others keep taking it');
}

/** Ends a lock that this process has under that name, wherever it was taken. */
export function releaseLock(folder: string, owner: string): void {
  try {
    const file = fileOf(folder, Math.max(0, ...lockNumbers(folder)));
    if (isOwn(holderOf(file), owner)) free(file);
  } catch {
    // The folder is gone, and the lock with it.
  }
}

/** @throws TidegateError TG_STATE_LOCKED where a living process has the folder */
export function refuseLocked(folder: string): void {
  const highest = Math.max(0, ...lockNumbers(folder));
  if (highest > 0) refuseLiving(folder, highest);
}

/** Tells if this process has the folder. */
export function isHeldHere(folder: string): boolean {
  try {
    const highest = Math.max(0, ...lockNumbers(folder));
    const holder = highest > 0 ? holderOf(fileOf(folder, highest)) : undefined;
    return holder !== undefined && holder !== 'being written' && holder.pid === process.pid && isAlive(holder);
  } catch {
    return false;
  }
}

/** Tells if a process ever had the folder. */
export function wasLocked(folder: string): boolean {
  return lockNumbers(folder).length > 0;
}

function lockOf(file: string): InstanceLock {
  const identity = identityOf(file);
  return {
    file,
    release() {
      if (identityOf(file) === identity) free(file);
    },
  };
}

function isOwn(holder: Holder | 'being written' | undefined, owner: string): boolean {
  if (holder === undefined || holder === 'being written') return false;
  return holder.owner === owner && holder.pid === process.pid && isAlive(holder);
}

function refuseLiving(folder: string, number: number): void {
  const holder = holderOf(fileOf(folder, number));
  if (holder === undefined) return;
  if (holder === 'being written') throw locked(folder, 'another process is taking it');
  if (isAlive(holder)) throw locked(folder, `process ${holder.pid} is using it`);
}

function locked(folder: string, why: string): TidegateError {
  return new TidegateError('TG_STATE_LOCKED', `the state folder ${folder} is in use: ${why}`);
}

function holderOf(file: string): Holder | 'being written' | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.startsWith(FREE)) return undefined;
    const identity = parse(text);
    if (identity !== undefined) return identity;
    return Math.abs(Date.now() - statSync(file).mtimeMs) < HALF_WRITTEN_MS ? 'being written' : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, start, boot, owner } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && pid > 0 ? { pid, start, boot, owner } : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false where it is there already */
function create(folder: string, number: number, owner: string): boolean {
  const holder: Holder = { ...ownIdentity(), owner };
  const draft = draftOf(join(folder, 'lock'));
  const handle = createFile(draft);
  try {
    writeAll(handle, new TextEncoder().encode(`${JSON.stringify(holder)}\n`), 0);
    placeNew(draft, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
}

/** In place: a full disk has no room for another block. */
function free(file: string): void {
  try {
    const handle = openExisting(file, 'write');
    try {
      writeSync(handle, FREE, 0);
      ftruncateSync(handle, FREE.length);
    } finally {
      closeSync(handle);
    }
  } catch {
    // A medium that has become read-only: the lock dies with the process.
  }
}

function lockNumbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const number = NAME.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function fileOf(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}
