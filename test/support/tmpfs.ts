import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system of our own. */
export interface Tmpfs {
  readonly folder: string;
  remount(options: string): void;
  /** Writes a file until there is no space left, while others may take some too. */
  fill(file: string): void;
  /** Detaches it from its folder, which stays; processes that have files of it open still have them. */
  detach(): void;
  unmount(): void;
}

/** For `describe.skipIf(!canMount())`. Where CI is set it says yes, so that a missing right fails there. */
export function canMount(): boolean {
  if (process.env['CI'] !== undefined) return true;
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-mount-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' }).status !== 0) return false;
    execFileSync('umount', [folder]);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function mountTmpfs(bytes: number): Tmpfs {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  return {
    folder,
    remount: (options) => void execFileSync('mount', ['-o', `remount,${options}`, folder]),
    fill(file) {
      const fd = openSync(file, 'w');
      for (const size of [1 << 20, 4096]) {
        const chunk = new Uint8Array(size);
        while (hasWritten(fd, chunk));
      }
      closeSync(fd);
    },
    detach: () => void execFileSync('umount', ['-l', folder]),
    unmount() {
      spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hasWritten(fd: number, chunk: Uint8Array): boolean {
  try {
    return writeSync(fd, chunk) > 0;
  } catch {
    return false;
  }
}
