import { statSync } from 'node:fs';

/** Whether two paths lead to one file, over symbolic and hard links too. A file that is not there is no other's. */
export function isSameFile(one: string, other: string): boolean {
  const a = statSync(one, { bigint: true, throwIfNoEntry: false });
  const b = statSync(other, { bigint: true, throwIfNoEntry: false });
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
