import { join } from 'node:path';

/** Names in a state folder. */
export interface StateFiles {
  readonly folder: string;
  readonly main: string;
  readonly backup: string;
  /** A backup that is being written. */
  readonly backupDraft: string;
  /** What is made from a damaged file and its backup, until it takes its place. */
  readonly rebuild: string;
}

export function filesIn(folder: string): StateFiles {
  return {
    folder,
    main: join(folder, 'state.sqlite'),
    backup: join(folder, 'state.backup.sqlite'),
    backupDraft: join(folder, 'state.backup.tmp'),
    rebuild: join(folder, 'state.rebuild.tmp'),
  };
}

/** What SQLite and its WebAssembly build keep beside a file. */
export const COMPANIONS: readonly string[] = ['-wal', '-shm', '-journal', '.lock'];
