import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupStore } from '../adapters/store/repair/backupStore.ts';
import { copyBackup } from '../adapters/store/repair/copyBackup.ts';
import { askOwner } from '../tools/ask/askOwner.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, type StateFlags, withStateErrors } from './stateOptions.ts';

export function addStateBackupCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'backup', 'copy all of it into one file, which is there as a whole or not at all')
    .argument('[to]', 'file (default: state.backup.sqlite in the folder, which the daemon goes on from)')
    .action(async (to: string | undefined, flags: StateFlags) => {
      const target = to === undefined ? undefined : resolve(context.cwd, to);
      const folder = folderOf(flags, context);
      const isHeld = (await askOwner(folder, 'backup')) !== undefined;
      const file = isHeld ? copyBackup(folder, target) : await withStateErrors(() => backupStore(folder, target));
      context.stdout.write(`${file}\n`);
    });
}
