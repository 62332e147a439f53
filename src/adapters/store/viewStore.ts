import { TidegateError } from '../../domain/errors.ts';
import { StoreError } from '../../domain/stateStore.ts';
import { BatchTable } from './batchTable.ts';
import type { Database, Engine } from './database.ts';
import { filesIn } from './folder.ts';
import { lockFolder } from './inlineStore.ts';
import type { InstanceLock } from './instanceLock.ts';
import { JournalFiles } from './journalFiles.ts';
import { readTrimmed } from './meta.ts';
import { withReadOnly } from './readOnly.ts';
import { inspectFile } from './schema.ts';
import { SnapshotTable } from './snapshotTable.ts';
import { toStoreError } from './storeFault.ts';
import { engineOf } from './storeParts.ts';
import { Traffic } from './traffic.ts';

/** A store that is looked at and stays as it is. */
export interface StoreView {
  readonly database: Database;
  readonly snapshots: SnapshotTable;
  readonly batches: BatchTable;
  readonly journal: JournalFiles;
}

/**
 * Looks at the store in a folder, where no process is using it. Nothing is repaired or brought to a newer format.
 * @throws TidegateError TG_STATE_MISSING, TG_STATE_LOCKED, TG_STATE_NEWER; StoreError, `damaged` where it cannot be read
 */
export function viewStore<Result>(folder: string, look: (view: StoreView) => Result, engine?: Engine): Result {
  const { main } = filesIn(folder);
  try {
    const kind = inspectFile(main);
    if (kind === 'missing' || kind === 'empty') {
      throw new TidegateError('TG_STATE_MISSING', `there is no state in ${folder}`);
    }
    if (kind === 'newer') throw new TidegateError('TG_STATE_NEWER', `${main} was written by a newer version`);
    if (kind === 'foreign') throw new StoreError('damaged', `${main} is not a state file of tidegate, or not any more`);
  } catch (error) {
    throw toStoreError(error, folder);
  }
  const lock = tryLock(folder);
  try {
    return withReadOnly(main, engineOf({ folder, engine }), (database) => look(viewOf(database, folder)));
  } catch (error) {
    throw toStoreError(error, folder);
  } finally {
    lock?.release();
  }
}

function viewOf(database: Database, folder: string): StoreView {
  const snapshots = new SnapshotTable(database);
  const batches = new BatchTable(database);
  // It appends nothing: the size of a segment does not matter.
  const journal = new JournalFiles(folder, readTrimmed(database), 0, new Traffic());
  return { database, snapshots, batches, journal };
}

/** A medium that cannot be written is used by nobody else either. */
function tryLock(folder: string): InstanceLock | undefined {
  try {
    return lockFolder(folder);
  } catch (error) {
    if (error instanceof StoreError && error.fault === 'read-only') return undefined;
    throw error;
  }
}
