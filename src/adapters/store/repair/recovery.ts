import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sizeOf, syncFile, syncFolder } from '../files/durableFile.ts';
import { removeOldDrafts } from '../files/privateFile.ts';
import { COMPANIONS, type StatePaths, statePathsIn } from '../files/statePaths.ts';
import type { Database, Engine } from '../sqlite/database.ts';
import { openFile } from '../sqlite/openFile.ts';
import { withReadOnly } from '../sqlite/readOnly.ts';
import { inspectFile } from '../sqlite/schema.ts';
import { salvage } from './salvage.ts';

const MOST_KEPT_ASIDE = 3;
const ASIDE = /^state\.sqlite\.corrupt-\d{8}T\d{9}Z(-\d+)?$/;

/** Outcome for a damaged file. */
export interface Recovery {
  /** The name it was moved to. */
  readonly movedAside: string;
  /** Snapshots of it that were whole. */
  readonly salvaged: number;
  /** Where a backup had what it had not any more: when that was made, ms since the epoch. */
  readonly backupOf?: number;
}

/** Ends what a process that was killed had begun: a rebuild that was complete, drafts that were not. */
export function finishInterrupted(folder: string): void {
  const files = statePathsIn(folder);
  removeFile(files.backupDraft);
  removeOldDrafts(folder);
  if (sizeOf(files.rebuild) === undefined) return;
  if (sizeOf(files.main) !== undefined) removeFile(files.rebuild);
  else moveInPlace(files);
}

/**
 * Makes a new file from all that is whole in the damaged one and in the backup, moves the damaged one aside and puts the new
 * one in its place. Killed at any point, `finishInterrupted` or another call of this ends it.
 */
export function rebuild(folder: string, engine: Engine, now: number): Recovery {
  const files = statePathsIn(folder);
  removeFile(files.rebuild);
  const database = openFile(files.rebuild, engine);
  // It is flushed as a whole before it takes the other's place.
  database.all('PRAGMA synchronous = OFF');
  database.all('PRAGMA wal_autocheckpoint = 1000');
  let salvaged: number;
  let fromBackup: number;
  try {
    salvaged = take(files.main, database);
    fromBackup = inspectFile(files.backup) === 'ours' ? take(files.backup, database) : 0;
    // Its contents have to be in the file itself: that alone is moved.
    database.all('PRAGMA journal_mode = DELETE');
  } finally {
    database.close();
  }
  syncFile(files.rebuild);
  const movedAside = moveAside(files, now);
  moveInPlace(files);
  const backupOf = fromBackup > 0 ? statSync(files.backup).mtimeMs : undefined;
  return { movedAside, salvaged, ...(backupOf === undefined ? {} : { backupOf }) };
}

/** A file that cannot even be opened gives nothing. What else is thrown comes from the new one. */
function take(file: string, into: Database): number {
  let isOpen = false;
  try {
    return withReadOnly(file, (from) => {
      isOpen = true;
      return salvage(from, into);
    });
  } catch (error) {
    if (isOpen) throw error;
    return 0;
  }
}

function moveAside({ folder, main }: StatePaths, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:.]/g, '');
  let aside = `${main}.corrupt-${stamp}`;
  for (let n = 2; sizeOf(aside) !== undefined; n++) aside = `${main}.corrupt-${stamp}-${n}`;
  // The file goes first: a log that is left without it belongs to nothing and is removed.
  renameSync(main, aside);
  for (const companion of ['-wal', '-shm']) {
    if (sizeOf(main + companion) !== undefined) renameSync(main + companion, aside + companion);
  }
  const old = readdirSync(folder)
    .filter((name) => ASIDE.test(name))
    .sort()
    .slice(0, -MOST_KEPT_ASIDE);
  for (const name of old) removeFile(join(folder, name));
  return basename(aside);
}

/** Gives a rebuilt file the name of the store's. */
export function moveInPlace({ folder, main, rebuild: draft }: StatePaths): void {
  // A write-ahead log of another file would be played into this one.
  for (const companion of COMPANIONS) rmSync(main + companion, { recursive: true, force: true });
  renameSync(draft, main);
  syncFolder(folder);
}

export function removeFile(file: string): void {
  for (const companion of ['', ...COMPANIONS]) rmSync(file + companion, { recursive: true, force: true });
}
