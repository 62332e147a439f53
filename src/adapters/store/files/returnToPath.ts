import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TidegateError } from '../../../domain/errors.ts';
import { type JournalPosition, StoreError } from '../../../domain/stateStore.ts';
import { writeBackup } from '../repair/backupFile.ts';
import { moveInPlace } from '../repair/recovery.ts';
import { closeQuietly } from '../sqlite/database.ts';
import { readOwner } from '../sqlite/meta.ts';
import { withReadOnly } from '../sqlite/readOnly.ts';
import { inspectFile } from '../sqlite/schema.ts';
import { engineOf, type Holding, type OpenStore, openStore } from '../thread/openStore.ts';
import { identityOf } from './anchors.ts';
import { acquireLock, wasLocked } from './instanceLock.ts';
import { secureFolder } from './stateFolder.ts';
import { holdsState, journalFilesIn, statePathsIn } from './statePaths.ts';

/** Facts by which an open store is found again. */
export interface Return {
  readonly parts: OpenStore;
  readonly holding: Holding;
  readonly now: number;
  /** Position of the last journal entry that was acknowledged; 0 = none. */
  readonly acknowledged: JournalPosition;
  /** The store before was closed: there is no way back to it. */
  readonly onClosed: () => void;
}

/**
 * An open store whose files are not where they were: removed, or out of sight with the medium that they are on. Everything that was
 * stored can still be read through its descriptors: where the path leads to nothing, or to an older state of this very store, all of it is
 * written there anew. Where it leads to another state, nothing is written: two histories are never joined.
 * @returns the store to go on with. The one before is closed only where there is another one
 * @throws TidegateError TG_STATE_RETURNED, TG_STATE_LOCKED, TG_STATE_UNSAFE; errors of the file system and the engine as they are
 */
export function returnToPath(way: Return): OpenStore {
  const { parts, holding, now } = way;
  const { folder } = statePathsIn(holding.settings.folder);
  // The former folder is back.
  if (parts.anchors.firstLost() === undefined) return parts;
  secureFolder(folder);
  refuseOther(parts, holding, now);
  const locked = relock(parts, holding);
  if (locked.anchors.firstLost() === undefined) return locked;
  return writeAnew({ ...way, parts: locked, holding: { ...holding, lock: locked.lock } });
}

/** Opens what this store had open before, and nothing else. @throws as `returnToPath` */
export function reopen(holding: Omit<Holding, 'lock'>, now: number): OpenStore {
  const { folder, main } = statePathsIn(holding.settings.folder);
  if (!holdsState(folder)) throw new StoreError('failed', `what was written into ${folder} is gone`);
  if (identityOf(main) !== undefined && !isPast(main, holding.owner)) throw returned(folder, '');
  return openStore({ ...holding, lock: acquireLock(folder, holding.owner) }, now);
}

/** @throws TidegateError TG_STATE_RETURNED */
function refuseOther(parts: OpenStore, { settings, owner, writes }: Holding, now: number): void {
  const { folder, main } = statePathsIn(settings.folder);
  const { anchors } = parts;
  if (anchors.isInPlace(main)) return;
  const isThere = identityOf(main) !== undefined;
  const isOther = isThere
    ? !isPast(main, owner)
    : holdsState(folder) && !journalFilesIn(folder).some((file) => anchors.isInPlace(file));
  if (!isOther) return;
  const former = `${folder}/state.former-${stampOf(now)}.sqlite`;
  let kept = '';
  try {
    writeBackup(parts, { to: former, existing: 'refused', engine: engineOf(settings), writes });
    kept = `; what was kept until now is in ${former}`;
  } catch {
    // It is where the folder went, if that was only moved.
  }
  throw returned(folder, kept);
}

function returned(folder: string, kept: string): TidegateError {
  return new TidegateError('TG_STATE_RETURNED', `another state lies in ${folder} now${kept}`);
}

/** Tells if this store was the last to open the file: then all that is in it is known here. */
function isPast(main: string, owner: string): boolean {
  try {
    return inspectFile(main) === 'ours' && withReadOnly(main, readOwner) === owner;
  } catch {
    return false;
  }
}

/** @throws TidegateError TG_STATE_LOCKED, TG_STATE_RETURNED where another process has had the files meanwhile */
function relock(parts: OpenStore, { settings, owner }: Holding): OpenStore {
  const { anchors, lock } = parts;
  if (anchors.isInPlace(lock.file)) return parts;
  const { folder, main } = statePathsIn(settings.folder);
  const hadAnother = anchors.isInPlace(main) && wasLocked(folder);
  const own = acquireLock(folder, owner);
  if (hadAnother) {
    own.release();
    throw new TidegateError('TG_STATE_RETURNED', `another process has had ${folder} meanwhile`);
  }
  anchors.release(lock.file);
  anchors.hold(own.file);
  return { ...parts, lock: own };
}

/** Killed at any point, `finishInterrupted` ends it. */
function writeAnew(way: Return): OpenStore {
  const { parts, holding, now, onClosed } = way;
  const files = statePathsIn(holding.settings.folder);
  const { writes, settings } = holding;
  try {
    writeBackup(parts, { to: files.rebuild, existing: 'replaced', engine: engineOf(settings), writes });
  } catch (error) {
    const isPastThere = identityOf(files.main) !== undefined && !parts.anchors.isInPlace(files.main);
    if (isPastThere) return takePast(way);
    throw error;
  }
  if (parts.anchors.isInPlace(files.main)) putStrangersAside(parts, files.folder, now);
  // From here on it is the new file that counts.
  rmSync(files.main, { force: true });
  parts.journal.close();
  closeQuietly(parts.database);
  onClosed();
  moveInPlace(files);
  return openStore(holding, now);
}

/**
 * The open file cannot be read any more: its medium was pulled out. Where that is back under another number, everything
 * that was acknowledged is on it.
 */
function takePast({ parts, holding, now, acknowledged, onClosed }: Return): OpenStore {
  // Its database stays open: SQLite would remove the log of the one that is there now.
  parts.journal.close();
  onClosed();
  const past = openStore(holding, now);
  if (past.opening.lastPosition >= acknowledged) return past;
  past.journal.close();
  closeQuietly(past.database);
  throw returned(holding.settings.folder, ', an older one of this store');
}

/** Segments that somebody put in the place of ours. */
function putStrangersAside({ anchors }: OpenStore, folder: string, now: number): void {
  for (const file of journalFilesIn(folder)) {
    if (anchors.holds(file) && !anchors.isInPlace(file)) {
      renameSync(file, join(folder, `not-ours-${stampOf(now)}-${file.slice(folder.length + 1)}`));
    }
  }
}

function stampOf(now: number): string {
  return new Date(now).toISOString().replace(/[-:.]/g, '');
}
