import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { readStateFile, writeNewStateFile } from '../adapters/store/files/stateFile.ts';
import { encodeExport } from '../adapters/store/snapshots/exportFile.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StreamId } from '../domain/streamId.ts';
import { toSafetensors } from '../hosts/export/safetensors.ts';
import { askOwner } from '../tools/ask/askOwner.ts';
import { explainSnapshotFault } from '../tools/export/explainSnapshotFault.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, readStream, type StateFlags } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly format: 'state' | 'safetensors';
}

export function addStateExportCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'export', "write a stream's newest state to a file, for import elsewhere")
    .argument('<stream>', 'as `state list` shows it')
    .argument('<file>', 'an existing file is left alone')
    .addOption(
      new Option('--format <format>', "safetensors: the networks' weights alone, under PyTorch's names")
        .choices(['state', 'safetensors'])
        .default('state'),
    )
    .action(async (stream: string, to: string, flags: Flags) => {
      const file = resolve(context.cwd, to);
      const folder = folderOf(flags, context);
      const held = (await askOwner(folder, 'export', { stream, format: flags.format })) as HeldExport | undefined;
      if (held !== undefined) {
        takeOver(join(folder, held.file), file);
        context.stdout.write(`${file}: ${held.bytes} bytes\n`);
        return;
      }
      const { snapshot, savedAt } = await readStream(folder, stream as StreamId);
      const bytes =
        flags.format === 'state' ? encodeExport(snapshot, savedAt) : weightsOf(snapshot.bytes, `${folder}, ${stream}`);
      writeNewStateFile(file, bytes);
      context.stdout.write(`${file}: ${bytes.length} bytes\n`);
    });
}

/** Answer of the daemon that has the folder. */
interface HeldExport {
  /** Below the folder. */
  readonly file: string;
  readonly bytes: number;
}

/** Moves what the daemon has written to where it is wanted. @throws TidegateError TG_OUTPUT_FAILED where that is there already */
function takeOver(from: string, to: string): void {
  try {
    const bytes = readStateFile(from);
    if (bytes === undefined) throw new TidegateError('TG_STATE_FAILED', `${from}: the daemon did not write it`);
    writeNewStateFile(to, bytes);
  } finally {
    rmSync(from, { force: true });
  }
}

function weightsOf(state: Uint8Array, name: string): Uint8Array {
  try {
    return toSafetensors(state);
  } catch (error) {
    throw explainSnapshotFault(name, error);
  }
}
