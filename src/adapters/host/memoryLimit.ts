import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface MemoryLimit {
  /** The least that a control group above this process allows; undefined: none. */
  readonly bytes: number | undefined;
  /** False where the kernel does not count memory at all (the default of Raspberry Pi OS), and no limit can work. */
  readonly isEnforceable: boolean;
}

/** @param root where control groups are mounted @param self the file that says which ones this process is in */
export function readMemoryLimit(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): MemoryLimit {
  const lines = readText(self)?.split('\n') ?? [];
  const unified = lines.find((line) => line.startsWith('0::'))?.slice('0::'.length);
  const controllers = readText(join(root, 'cgroup.controllers'));
  if (controllers !== undefined && unified !== undefined) {
    return {
      bytes: leastAbove(root, unified, 'memory.max'),
      isEnforceable: controllers.split(/\s/).includes('memory'),
    };
  }
  const legacy = lines.find((line) => /^\d+:([^:]*,)?memory(,[^:]*)?:/.test(line))?.split(':')[2];
  if (legacy === undefined) return { bytes: undefined, isEnforceable: false };
  return { bytes: leastAbove(join(root, 'memory'), legacy, 'memory.limit_in_bytes'), isEnforceable: true };
}

/**
 * Least limit of the group and all above it. Inside a container the path may be one of outside: missing files are
 * passed over.
 */
function leastAbove(root: string, group: string, file: string): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (let at = group; ; at = dirname(at)) {
    const value = Number(readText(join(root, at, file))?.trim());
    // `max` is NaN here; control groups of the first version say "none" by a number near 2^63.
    if (value > 0 && value < 2 ** 60) least = Math.min(least, value);
    if (at === '/' || at === '.') break;
  }
  return Number.isFinite(least) ? least : undefined;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
