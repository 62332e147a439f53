import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { statOf } from './privateFile.ts';

/** Names in a state folder. */
export interface StatePaths {
  readonly folder: string;
  readonly main: string;
  readonly backup: string;
  /** A backup that is being written. */
  readonly backupDraft: string;
  /** File that is made from a damaged file and its backup, until it takes its place. */
  readonly rebuild: string;
}

export function statePathsIn(folder: string): StatePaths {
  return {
    folder,
    main: join(folder, 'state.sqlite'),
    backup: join(folder, 'state.backup.sqlite'),
    backupDraft: join(folder, 'state.backup.tmp'),
    rebuild: join(folder, 'state.rebuild.tmp'),
  };
}

const JOURNAL_NAME = /^journal\.\d{1,9}$/;
const STATE_NAME = /^(state\.(sqlite|backup\.sqlite|rebuild\.tmp)|journal\.\d{1,9})$/;

/** Segments of the journal by name, whatever they are. */
export function journalFilesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => JOURNAL_NAME.test(name))
    .map((name) => join(folder, name));
}

/** Tells if something was ever kept in a folder, whatever can be made of it. @throws where the folder cannot be read */
export function holdsState(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => STATE_NAME.test(name) && statOf(join(folder, name))?.size !== 0);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Suffixes of the files that SQLite and its WebAssembly build keep beside a file. */
export const COMPANIONS: readonly string[] = ['-wal', '-shm', '-journal', '.lock'];
