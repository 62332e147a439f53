import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { TidegateError } from '../domain/errors.ts';
import type { Config } from './config.ts';
import { findConfigFile, type SearchContext } from './findConfigFile.ts';
import { parseConfig } from './parseConfig.ts';
import { readRegularFile } from './readRegularFile.ts';

export interface LoadContext extends SearchContext {
  readonly hostname: string;
  /** Without it: `$CREDENTIALS_DIRECTORY`. */
  readonly credentialsDirectory?: string | undefined;
}

/** A thousand streams with every option are half of this. */
const MAX_BYTES = 1_048_576;

/** Finds, reads and checks the configuration. */
export function loadConfig(context: LoadContext): Config {
  const file = findConfigFile(context);
  return parseConfig(readConfigFile(file), file, {
    env: context.env,
    hostname: context.hostname,
    homedir: context.env['HOME'] ?? homedir(),
    directory: dirname(resolve(context.cwd, file)),
    credentialsDirectory: context.credentialsDirectory ?? context.env['CREDENTIALS_DIRECTORY'],
    readFile: (path) => readRegularFile(path, MAX_BYTES).toString('utf8'),
  });
}

function readConfigFile(file: string): string {
  const bytes = readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TidegateError('TG_CONFIG_INVALID', `${file}: is not UTF-8 text`);
  }
}

function readBytes(file: string): Buffer {
  try {
    return readRegularFile(file, MAX_BYTES);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code.startsWith('larger')) throw new TidegateError('TG_CONFIG_INVALID', `${file}: is ${code}`);
    if (code === 'ENOENT') throw new TidegateError('TG_CONFIG_NOT_FOUND', `${file}: no such file`);
    throw new TidegateError('TG_CONFIG_UNREADABLE', `${file}: cannot be read (${code})`);
  }
}
