import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { withReadOnlyStore } from '../adapters/store/repair/readOnlyStore.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { stateFolder } from '../config/stateFolder.ts';
import { type ErrorCode, TidegateError } from '../domain/errors.ts';
import { type StoredSnapshot, StoreError, type StoreFault } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { CliContext } from './context.ts';

export interface StateFlags {
  readonly dir?: string;
  readonly config?: string;
}

/** A command of `tidegate state`, with what all of them take. */
export function addStateCommand(state: Command, name: string, description: string): Command {
  return addFolderOptions(state.command(name).description(description));
}

/** Where the state is. */
export function addFolderOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration, for its state.dir')
    .option('--dir <folder>', 'state folder (default: of the configuration, else ~/.local/state/tidegate)');
}

/** Where the daemon keeps its state, as far as can be told: without a configuration, where it does by default. */
export function folderOf({ dir, config: file }: StateFlags, { env, cwd, hostname }: CliContext): string {
  if (dir !== undefined) return resolve(cwd, dir);
  try {
    return loadConfig({ file, env, cwd, hostname }).state.dir;
  } catch (error) {
    const hasNone = error instanceof TidegateError && error.code === 'TG_CONFIG_NOT_FOUND' && file === undefined;
    if (!hasNone) throw error;
    return stateFolder({ env, homedir: homedir() });
  }
}

const CODES: Readonly<Record<StoreFault, ErrorCode>> = {
  full: 'TG_STATE_FAILED',
  'read-only': 'TG_STATE_FAILED',
  failed: 'TG_STATE_FAILED',
  damaged: 'TG_STATE_INVALID',
};

/** Runs what touches the store, with its faults in the user's words. */
export async function withStateErrors<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new TidegateError(CODES[error.fault], `${error.message} (${error.fault})`, { cause: error });
  }
}

/** The newest state of a stream, where no daemon is using the folder. */
export function readStream(folder: string, stream: StreamId): Promise<StreamOnDisk> {
  return withStateErrors(() =>
    withReadOnlyStore(folder, ({ snapshots }) => {
      const snapshot = snapshots.load(stream, Number.POSITIVE_INFINITY);
      if (snapshot === undefined) {
        throw new TidegateError('TG_STATE_MISSING', `${folder} has no state of a stream ${JSON.stringify(stream)}`);
      }
      return { snapshot, savedAt: snapshots.savedAt(stream, snapshot.generation) };
    }),
  );
}

interface StreamOnDisk {
  readonly snapshot: StoredSnapshot;
  readonly savedAt: number;
}
