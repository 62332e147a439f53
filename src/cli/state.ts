import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { addStateBackupCommand } from './stateBackup.ts';
import { addStateExportCommand } from './stateExport.ts';
import { addStateFormerCommand } from './stateFormer.ts';
import { addStateImportCommand } from './stateImport.ts';
import { addStateListCommand } from './stateList.ts';
import { addStateVerifyCommand } from './stateVerify.ts';

export function addStateCommands(program: Command, context: CliContext): void {
  const state = program
    .command('state')
    .description('what the daemon keeps on disk; while it runs, it does the work itself');
  addStateListCommand(state, context);
  addStateVerifyCommand(state, context);
  addStateBackupCommand(state, context);
  addStateExportCommand(state, context);
  addStateImportCommand(state, context);
  addStateFormerCommand(state, context);
}
