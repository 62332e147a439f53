import { type BigIntStats, statSync } from 'node:fs';

/** Tells whether two paths lead to one file, over symbolic and hard links too. A file that cannot be seen is no other's. */
export function isSameFile(one: string, other: string): boolean {
  const a = look(one);
  const b = look(other);
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function look(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    // The opener of the file says why it cannot.
    return undefined;
  }
}
