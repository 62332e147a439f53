import type { Command } from 'commander';
import { type StoreCheck, verifyStore } from '../adapters/store/repair/verifyStore.ts';
import { TidegateError } from '../domain/errors.ts';
import { askOwner } from '../tools/ask/askOwner.ts';
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
      const held = await heldCheck(folder);
      const check = held ?? (await withStateErrors(() => verifyStore(folder)));
      context.stdout.write(flags.json ? `${toJson(folder, check)}\n` : toText(folder, check, held !== undefined));
      const { damagedSnapshots, damagedBatches, problems } = check;
      if (damagedSnapshots + damagedBatches + problems.length === 0) return;
      throw new TidegateError(
        'TG_STATE_INVALID',
        `${folder}: damaged; the daemon goes on with what is whole and keeps the damaged file aside`,
      );
    });
}

function toText(folder: string, check: StoreCheck, isHeld: boolean): string {
  const { streams, snapshots, damagedSnapshots, batches, damagedBatches, problems } = check;
  const lines = [
    `${folder}: ${streams} streams`,
    `snapshots: ${snapshots} whole, ${damagedSnapshots} damaged`,
    `journal: ${batches} batches whole, ${damagedBatches} gaps`,
    `structure: ${isHeld ? 'not looked at while the daemon runs' : problems.length === 0 ? 'whole' : `${problems.length} problems`}`,
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

interface HeldCheck {
  readonly streams: number;
  readonly snapshots: number;
  readonly damaged_snapshots: number;
  readonly batches: number;
  readonly journal_gaps: number;
}

/** The look of the daemon that has the folder, which leaves the structure of the file to SQLite; undefined: none has it. */
async function heldCheck(folder: string): Promise<StoreCheck | undefined> {
  const held = (await askOwner(folder, 'verify')) as HeldCheck | undefined;
  if (held === undefined) return undefined;
  const { damaged_snapshots: damagedSnapshots, journal_gaps: damagedBatches, ...others } = held;
  return { ...others, damagedSnapshots, damagedBatches, problems: [] };
}
