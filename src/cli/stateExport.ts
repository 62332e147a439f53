import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { encodeExport } from '../adapters/store/exportFile.ts';
import { viewStore } from '../adapters/store/viewStore.ts';
import { writeStateFile } from '../daemon/stateFile.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, type StateFlags, withStateErrors } from './stateOptions.ts';

export function addStateExportCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'export', "write a stream's newest state to a file, for import elsewhere")
    .argument('<stream>', 'as `state list` shows it')
    .argument('<file>', 'an existing file is left alone')
    .action(async (stream: string, to: string, flags: StateFlags) => {
      const file = resolve(context.cwd, to);
      if (existsSync(file)) throw new TidegateError('TG_OUTPUT_FAILED', `${file} exists already; it is left alone`);
      const folder = folderOf(flags, context);
      const bytes = await withStateErrors(() => exportStream(folder, stream as StreamId));
      writeStateFile(file, bytes);
      context.stdout.write(`${file}: ${bytes.length} bytes\n`);
    });
}

function exportStream(folder: string, stream: StreamId): Uint8Array {
  return viewStore(folder, ({ snapshots }) => {
    const snapshot = snapshots.load(stream, Number.POSITIVE_INFINITY);
    if (snapshot === undefined) {
      throw new TidegateError('TG_STATE_MISSING', `${folder} has no state of a stream ${JSON.stringify(stream)}`);
    }
    return encodeExport(snapshot, snapshots.savedAt(stream, snapshot.generation));
  });
}
