import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { randomUuid } from '../adapters/store/files/randomUuid.ts';
import { readStateFile, writeNewStateFile } from '../adapters/store/files/stateFile.ts';
import { decodeExport } from '../adapters/store/snapshots/exportFile.ts';
import { TidegateError } from '../domain/errors.ts';
import { isStreamId, type StreamId } from '../domain/streamId.ts';
import { checkStreamState } from '../hosts/export/storedState.ts';
import { adoptState } from '../tools/adopt/adoptState.ts';
import { askOwner } from '../tools/ask/askOwner.ts';
import { explainSnapshotFault } from '../tools/export/explainSnapshotFault.ts';
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
      const stream = nameFor(flags.as, exported.stream, file);
      checkState(exported.bytes, file);
      const folder = folderOf(flags, context);
      const isHeld = await askToImport(folder, stream, readExport(file));
      if (!isHeld) await withStateErrors(() => adoptState(folder, stream, async () => exported.bytes));
      context.stdout.write(
        `${stream}: ${exported.bytes.length} bytes, saved ${new Date(exported.savedAt).toISOString()}\n`,
      );
    });
}

/** @throws TidegateError TG_USAGE, TG_STATE_INVALID */
function nameFor(as: string | undefined, exported: string, file: string): StreamId {
  const name = as ?? exported;
  if (isStreamId(name)) return name;
  const text = `${JSON.stringify(name)} cannot be the name of a stream`;
  if (as === undefined) throw new TidegateError('TG_STATE_INVALID', `${file}: ${text}; --as gives it another one`);
  throw new TidegateError('TG_USAGE', `--as: ${text}`);
}

/** @throws TidegateError TG_STATE_INVALID, TG_STATE_NEWER */
function checkState(bytes: Uint8Array, file: string): void {
  try {
    checkStreamState(bytes);
  } catch (error) {
    throw explainSnapshotFault(file, error);
  }
}

/** The daemon that has the folder takes it from there. @returns false where none has. @throws TidegateError */
async function askToImport(folder: string, stream: StreamId, bytes: Uint8Array): Promise<boolean> {
  if ((await askOwner(folder, 'health_check')) === undefined) return false;
  const file = `import-${randomUuid()}.state`;
  const path = join(folder, 'exports', file);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeNewStateFile(path, bytes);
    return (await askOwner(folder, 'import', { file, stream, adapt: true })) !== undefined;
  } finally {
    rmSync(path, { force: true });
  }
}

function readExport(file: string): Uint8Array {
  const bytes = readStateFile(file);
  if (bytes === undefined) throw new TidegateError('TG_INPUT_NOT_FOUND', `${file} does not exist`);
  return bytes;
}
