import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { stateFolder } from '../config/stateFolder.ts';
import { type ErrorCode, TidegateError } from '../domain/errors.ts';
import { StoreError, type StoreFault } from '../domain/stateStore.ts';
import type { CliContext } from './context.ts';

export interface StateFlags {
  readonly dir?: string;
}

/** A command of `tidegate state`, with what all of them take. */
export function addStateCommand(state: Command, name: string, description: string): Command {
  return state
    .command(name)
    .description(description)
    .option('--dir <folder>', 'state folder (default: $STATE_DIRECTORY, else ~/.local/state/tidegate)');
}

export function folderOf({ dir }: StateFlags, { env, cwd }: CliContext): string {
  return dir === undefined ? stateFolder(env, homedir()) : resolve(cwd, dir);
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
