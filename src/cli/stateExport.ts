import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { writeNewStateFile } from '../adapters/store/files/stateFile.ts';
import { encodeExport } from '../adapters/store/snapshots/exportFile.ts';
import type { StreamId } from '../domain/streamId.ts';
import { toSafetensors } from '../hosts/export/safetensors.ts';
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
      const { snapshot, savedAt } = await readStream(folder, stream as StreamId);
      const bytes =
        flags.format === 'state' ? encodeExport(snapshot, savedAt) : weightsOf(snapshot.bytes, `${folder}, ${stream}`);
      writeNewStateFile(file, bytes);
      context.stdout.write(`${file}: ${bytes.length} bytes\n`);
    });
}

function weightsOf(state: Uint8Array, name: string): Uint8Array {
  try {
    return toSafetensors(state);
  } catch (error) {
    throw explainSnapshotFault(name, error);
  }
}
