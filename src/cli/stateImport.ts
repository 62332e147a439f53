import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { decodeExport } from '../adapters/store/exportFile.ts';
import { createInlineStore } from '../adapters/store/inlineStore.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { CliContext } from './context.ts';
import { addStateCommand, folderOf, type StateFlags, withStateErrors } from './stateOptions.ts';

interface Flags extends StateFlags {
  readonly as?: string;
}

export function addStateImportCommand(state: Command, context: CliContext): void {
  addStateCommand(state, 'import', "take over a stream's state that was exported, in place of the one there is")
    .argument('<file>', 'what `state export` wrote')
    .option('--as <stream>', 'for a stream of another name')
    .action(async (from: string, flags: Flags) => {
      const file = resolve(context.cwd, from);
      const exported = decodeExport(readExport(file), file);
      const stream = (flags.as as StreamId | undefined) ?? exported.stream;
      await withStateErrors(() => importStream(folderOf(flags, context), stream, exported.bytes));
      context.stdout.write(
        `${stream}: ${exported.bytes.length} bytes, saved ${new Date(exported.savedAt).toISOString()}\n`,
      );
    });
}

function readExport(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new TidegateError('TG_INPUT_NOT_FOUND', `${file} cannot be read`, { cause });
  }
}

/** It replaces all that this journal knows of the stream. */
async function importStream(folder: string, stream: StreamId, bytes: Uint8Array): Promise<void> {
  const store = createInlineStore({ folder });
  const { streams, lastPosition } = await store.open();
  try {
    const positions = streams.flatMap(({ generations }) => generations.map(({ position }) => position));
    await store.save([{ stream, position: Math.max(lastPosition, ...positions), bytes }]);
  } finally {
    await store.close();
  }
}
