import type { Command } from 'commander';
import { type StoreCheck, verifyStore } from '../adapters/store/repair/verifyStore.ts';
import { TidegateError } from '../domain/errors.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, type StateFlags, withStateErrors } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly json?: boolean;
}

export function addStateVerifyCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'verify', 'read every record and say what is damaged; changes nothing')
    .option('--json', 'print the result as JSON')
    .action(async (flags: Flags) => {
      const folder = folderOf(flags, context);
      const check = await withStateErrors(() => verifyStore(folder));
      context.stdout.write(flags.json ? `${toJson(folder, check)}\n` : toText(folder, check));
      const { damagedSnapshots, damagedBatches, problems } = check;
      if (damagedSnapshots + damagedBatches + problems.length === 0) return;
      throw new TidegateError(
        'TG_STATE_INVALID',
        `${folder}: damaged; the daemon goes on with what is whole and keeps the damaged file aside`,
      );
    });
}

function toText(folder: string, check: StoreCheck): string {
  const { streams, snapshots, damagedSnapshots, batches, damagedBatches, problems } = check;
  const lines = [
    `${folder}: ${streams} streams`,
    `snapshots: ${snapshots} whole, ${damagedSnapshots} damaged`,
    `journal: ${batches} batches whole, ${damagedBatches} gaps`,
    `structure: ${problems.length === 0 ? 'whole' : `${problems.length} problems`}`,
    ...problems.map((problem) => `  ${problem}`),
  ];
  return `${lines.join('\n')}\n`;
}

function toJson(folder: string, check: StoreCheck): string {
  return JSON.stringify({
    folder,
    streams: check.streams,
    snapshots: check.snapshots,
    damaged_snapshots: check.damagedSnapshots,
    batches: check.batches,
    journal_gaps: check.damagedBatches,
    problems: check.problems,
  });
}
