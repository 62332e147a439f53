import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../../domain/errors.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.ts';

/**
 * One process at a time has a state folder. The file `lock.<n>` names the owner; who finds it dead or free makes
 * `lock.<n+1>`, which only one can. The highest number is never removed, so that a late one sees that it is late.
 */
export interface InstanceLock {
  /** Idempotent. */
  release(): void;
}

const NAME = /^lock\.(\d{1,15})$/;
const FREE = 'free\n';
/** Only file systems without hard links show a lock file that is not written yet. */
const HALF_WRITTEN_MS = 10_000;
const MOST_TRIES = 100;
const DRAFT = /^lock-.*\.tmp$/;
/** Those of a process that was killed; a living one needs its own for a moment only. */
const OLD_DRAFT_MS = 60_000;

/** @throws TidegateError TG_STATE_LOCKED where a living process has it; errors of the file system as they are */
export function acquireLock(folder: string): InstanceLock {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const numbers = lockNumbers(folder);
    const highest = Math.max(0, ...numbers);
    if (highest > 0) refuseLiving(folder, highest);
    const own = highest + 1;
    if (!create(folder, own)) continue;
    if (Math.max(...lockNumbers(folder)) > own) {
      // Others were faster by a whole life of a lock.
      rmSync(fileOf(folder, own), { force: true });
      continue;
    }
    for (const number of numbers) rmSync(fileOf(folder, number), { force: true });
    removeOldDrafts(folder);
    return { release: () => free(fileOf(folder, own)) };
  }
  throw locked(folder, 'others keep taking it');
}

/** @returns the pid of the process that has the folder, undefined where none has */
export function ownerOf(folder: string): number | undefined {
  const highest = Math.max(0, ...lockNumbers(folder));
  const holder = highest > 0 ? holderOf(fileOf(folder, highest)) : undefined;
  return holder !== undefined && holder !== 'being written' && isAlive(holder) ? holder.pid : undefined;
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

function holderOf(file: string): ProcessIdentity | 'being written' | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (text === FREE) return undefined;
    const identity = parse(text);
    if (identity !== undefined) return identity;
    return Math.abs(Date.now() - statSync(file).mtimeMs) < HALF_WRITTEN_MS ? 'being written' : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const { pid, start, boot } = JSON.parse(text) as ProcessIdentity;
    return Number.isInteger(pid) && pid > 0 ? { pid, start, boot } : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false where it is there already */
function create(folder: string, number: number): boolean {
  const file = fileOf(folder, number);
  const text = `${JSON.stringify(ownIdentity())}\n`;
  const draft = join(folder, `lock-${randomUUID()}.tmp`);
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function free(file: string): void {
  try {
    writeFileSync(file, FREE);
  } catch {
    // A medium that has become read-only: the lock dies with the process.
  }
}

function removeOldDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const stat = DRAFT.test(name) ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (stat !== undefined && Math.abs(Date.now() - stat.mtimeMs) > OLD_DRAFT_MS) rmSync(file, { force: true });
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
