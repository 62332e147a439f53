import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system of our own. */
export interface Tmpfs {
  readonly folder: string;
  remount(options: string): void;
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
    unmount() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
