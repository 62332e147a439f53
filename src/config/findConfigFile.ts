import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TidegateError } from '../domain/errors.ts';

export interface SearchContext {
  /** The file that -c names. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Places to look at where neither names one; for tests. */
  readonly places?: readonly string[] | undefined;
}

const PLACES = ['tidegate.yaml', '/etc/tidegate/tidegate.yaml'];

/** -c, else $TIDEGATE_CONFIG, else the first that exists of ./tidegate.yaml and /etc/tidegate/tidegate.yaml. */
export function findConfigFile({ file, env, cwd, places = PLACES }: SearchContext): string {
  const named = file ?? (env['TIDEGATE_CONFIG'] || undefined);
  if (named !== undefined) {
    const path = resolve(cwd, named);
    if (existsSync(path)) return path;
    const origin = file === undefined ? ' (named by $TIDEGATE_CONFIG)' : '';
    throw new TidegateError('TG_CONFIG_NOT_FOUND', `no configuration file ${path}${origin}`);
  }
  const paths = places.map((place) => resolve(cwd, place));
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new TidegateError(
    'TG_CONFIG_NOT_FOUND',
    `no configuration file: looked at -c (not given), $TIDEGATE_CONFIG (not set), ${paths.join(', ')}`,
  );
}
