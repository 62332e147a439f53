import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface StorageState {
  /** The folder itself, or what exists of the way to it. */
  readonly folder: string;
  readonly exists: boolean;
  /** Why nothing can be written there; undefined: it can. */
  readonly fault: string | undefined;
  readonly freeBytes: number;
  /** In memory: gone with the power. */
  readonly isVolatile: boolean;
  /** Every user of the machine can put files of theirs in the place of what is there. */
  readonly isOpenToAll: boolean;
  /** Files that do not belong to the owner of the folder, who may not be able to open them. */
  readonly strangers: readonly string[];
  /** Time until a small write is on the medium: median, ms. NaN where nothing can be written; undefined: not measured. */
  readonly syncMs: number | undefined;
}

/** statfs(2): tmpfs, ramfs. */
const VOLATILE_TYPES: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);
const SYNCS = 20;
const SYNC_BYTES = 4096;

const WORLD_WRITES = 0o002;
const STICKY = 0o1000;
const MOST_STRANGERS = 5;

/**
 * Looks at the folder, or at what exists of the way to it.
 * @param mayWrite a small file is written and removed to measure how long that takes; else nothing is touched
 */
export function readStorageState(wanted: string, mayWrite: boolean): StorageState {
  let folder = wanted;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize, type } = statfsSync(folder);
  const { mode, uid } = statSync(folder);
  const exists = folder === wanted;
  const state = {
    folder,
    exists,
    freeBytes: bavail * bsize,
    isVolatile: VOLATILE_TYPES.has(type),
    isOpenToAll: exists && (mode & WORLD_WRITES) !== 0 && (mode & STICKY) === 0,
    strangers: exists ? strangersIn(folder, uid) : [],
  };
  try {
    accessSync(`${folder}/.`, constants.R_OK | constants.W_OK | constants.X_OK);
    return { ...state, fault: undefined, syncMs: mayWrite ? timeSyncs(folder) : undefined };
  } catch (error) {
    return { ...state, fault: (error as NodeJS.ErrnoException).code ?? String(error), syncMs: Number.NaN };
  }
}

function strangersIn(folder: string, owner: number): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => lstatSync(join(folder, name)).uid !== owner);
    return names.slice(0, MOST_STRANGERS);
  } catch {
    return [];
  }
}

function timeSyncs(folder: string): number {
  const file = join(folder, `.tidegate-doctor-${randomUUID()}`);
  const handle = openSync(file, 'wx', 0o600);
  try {
    const bytes = new Uint8Array(SYNC_BYTES).fill(0x5a);
    const times = Array.from({ length: SYNCS }, () => {
      const startedAt = performance.now();
      writeSync(handle, bytes);
      fsyncSync(handle);
      return performance.now() - startedAt;
    });
    return times.sort((a, b) => a - b)[SYNCS / 2];
  } finally {
    closeSync(handle);
    rmSync(file, { force: true });
  }
}
