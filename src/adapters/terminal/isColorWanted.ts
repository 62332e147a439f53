/** NO_COLOR (no-color.org: any non-empty value) wins, then FORCE_COLOR, then whether a terminal shows it. */
export function isColorWanted(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTerminal;
}
