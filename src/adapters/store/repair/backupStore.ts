import { acquireLock } from '../files/instanceLock.ts';
import { statePathsIn } from '../files/statePaths.ts';
import { toStoreError } from '../files/storeFault.ts';
import { WriteMeter } from '../files/writeMeter.ts';
import { engineOf } from '../thread/openStore.ts';
import { writeBackup } from './backupFile.ts';
import { withReadOnlyStore } from './readOnlyStore.ts';

/**
 * Copies the store in a folder, where no process is using it.
 * @param to a file that is not there yet; default: the backup file in the folder, which the store goes on from where it is damaged
 * @returns the file. @throws as `withReadOnlyStore`; TidegateError TG_OUTPUT_FAILED where `to` is there already
 */
export function backupStore(folder: string, to?: string): string {
  const target = { engine: engineOf({ folder }), writes: new WriteMeter() };
  if (to !== undefined) {
    withReadOnlyStore(folder, (view) => writeBackup(view, { to, existing: 'refused', ...target }));
    return to;
  }
  const { backup } = statePathsIn(folder);
  withReadOnlyStore(folder, (view) => {
    // Only this writes into the folder.
    const lock = lockFor(folder);
    try {
      writeBackup(view, { to: backup, existing: 'replaced', ...target });
    } finally {
      lock.release();
    }
  });
  return backup;
}

function lockFor(folder: string): ReturnType<typeof acquireLock> {
  try {
    return acquireLock(folder);
  } catch (error) {
    throw toStoreError(error, folder);
  }
}
