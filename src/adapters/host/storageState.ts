import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
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
  /** Time until a small write is on the medium: median, ms. NaN where nothing can be written. */
  readonly syncMs: number;
}

/** statfs(2): tmpfs, ramfs. */
const VOLATILE_TYPES: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);
const SYNCS = 20;
const SYNC_BYTES = 4096;

/** Writes a small file into the folder, or into what exists of the way to it, and removes it. */
export function readStorageState(wanted: string): StorageState {
  let folder = wanted;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize, type } = statfsSync(folder);
  const state = {
    folder,
    exists: folder === wanted,
    freeBytes: bavail * bsize,
    isVolatile: VOLATILE_TYPES.has(type),
  };
  try {
    return { ...state, fault: undefined, syncMs: timeSyncs(folder) };
  } catch (error) {
    return { ...state, fault: (error as NodeJS.ErrnoException).code ?? String(error), syncMs: Number.NaN };
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
    return times.sort((a, b) => a - b)[SYNCS / 2] as number;
  } finally {
    closeSync(handle);
    rmSync(file, { force: true });
  }
}
