import { join } from 'node:path';

export interface StateFolderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
}

/** Where the state goes unless the configuration says so: systemd's folder for the service, else the user's own. */
export function stateFolder({ env, homedir }: StateFolderContext): string {
  // systemd gives several separated by colons where several are configured.
  const service = env['STATE_DIRECTORY']?.split(':')[0];
  if (service) return service;
  return join(env['XDG_STATE_HOME'] || join(homedir, '.local', 'state'), 'tidegate');
}
