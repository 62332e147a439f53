import { join } from 'node:path';

export interface StateFolderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home; undefined: they have none. */
  readonly homedir: string | undefined;
}

/**
 * Where state lives unless the configuration says so: `$STATE_DIRECTORY` (systemd's), else `$XDG_STATE_HOME/tidegate`, else
 * `~/.local/state/tidegate`, else below the working directory.
 */
export function stateFolder({ env, homedir }: StateFolderContext): string {
  // systemd gives several folders separated by colons, the first one is ours.
  const given = env['STATE_DIRECTORY']?.split(':')[0];
  if (given !== undefined && given !== '') return given;
  const xdg = env['XDG_STATE_HOME'];
  if (xdg !== undefined && xdg !== '') return join(xdg, 'tidegate');
  return homedir === undefined || homedir === '' ? 'tidegate-state' : join(homedir, '.local', 'state', 'tidegate');
}
