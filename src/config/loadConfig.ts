import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Config } from './config.ts';
import { MAX_FILE_BYTES, readConfigFiles } from './configFiles.ts';
import { findConfigFile, type SearchContext } from './findConfigFile.ts';
import { type ConfigContext, parseFiles } from './parseConfig.ts';
import { readRegularFile } from './readRegularFile.ts';

export interface LoadContext extends SearchContext {
  readonly hostname: string;
  /** Without it: `$CREDENTIALS_DIRECTORY`. */
  readonly credentialsDirectory?: string | undefined;
}

/** Finds, reads and checks the configuration: the file, those of `conf.d` beside it, and the variables `TIDEGATE__…`. */
export function loadConfig(context: LoadContext): Config {
  const file = findConfigFile(context);
  return parseFiles(readConfigFiles(file), contextOf(context, file));
}

/** Tells everything that the files of a configuration depend on. */
export function contextOf(context: LoadContext, file: string): ConfigContext {
  return {
    env: context.env,
    hostname: context.hostname,
    homedir: context.env['HOME'] ?? homedir(),
    directory: dirname(resolve(context.cwd, file)),
    credentialsDirectory: context.credentialsDirectory ?? context.env['CREDENTIALS_DIRECTORY'],
    readFile: (path) => readRegularFile(path, MAX_FILE_BYTES).toString('utf8'),
  };
}
