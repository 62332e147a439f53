import { join } from 'node:path';

/**
 * Where the state is kept that no configuration names a folder for: what systemd gives (`StateDirectory=`; of several the
 * first), else `$XDG_STATE_HOME/tidegate`, else `~/.local/state/tidegate`.
 */
export function stateFolder(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const given = env['STATE_DIRECTORY']?.split(':')[0];
  if (given !== undefined && given !== '') return given;
  const home = env['XDG_STATE_HOME'];
  // The specification wants a relative path to be ignored.
  return join(home?.startsWith('/') === true ? home : join(homedir, '.local', 'state'), 'tidegate');
}
