import { copyFileSync, rmSync } from 'node:fs';
import { TidegateError } from '../../../domain/errors.ts';
import { draftOf, placeNew } from '../files/privateFile.ts';
import { statePathsIn } from '../files/statePaths.ts';

/**
 * Copies the backup that a running daemon has just made. @param to a file that is not there yet; default: none, the backup stays where it is
 * @returns the file. @throws TidegateError TG_OUTPUT_FAILED
 */
export function copyBackup(folder: string, to?: string): string {
  const { backup } = statePathsIn(folder);
  if (to === undefined) return backup;
  const draft = draftOf(to);
  try {
    copyFileSync(backup, draft);
    placeNew(draft, to);
    return to;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const text =
      code === 'EEXIST' ? 'exists already; it is left alone' : `cannot be written (${code ?? String(error)})`;
    throw new TidegateError('TG_OUTPUT_FAILED', `${to}: ${text}`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
}
