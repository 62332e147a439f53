import { writeBackup } from './backupFile.ts';
import { filesIn } from './folder.ts';
import { engineOf } from './storeParts.ts';
import { Traffic } from './traffic.ts';
import { viewStore } from './viewStore.ts';

/**
 * Copies the store in a folder, where no process is using it.
 * @param to default: the backup file in the folder
 * @returns the file. @throws as `viewStore`
 */
export function backupStore(folder: string, to?: string): string {
  const { backup, backupDraft } = filesIn(folder);
  const draft = to === undefined ? backupDraft : `${to}.tmp`;
  viewStore(folder, (view) => writeBackup(view, draft, to ?? backup, engineOf({ folder }), new Traffic()));
  return to ?? backup;
}
