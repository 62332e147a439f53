/**
 * Names of options that no request changes: they decide who may ask for what, where secrets go, and which files are read and written. Each
 * stands for all below it.
 */
const GUARDED: readonly string[] = [
  'version',
  'mqtt',
  'state.dir',
  'bridge.requests',
  'bridge.read_only',
  'bridge.commands',
  'bridge.response_topics',
  'page',
  'metrics',
];

/** True for an option that only its file, or the environment, changes. @param name a dotted path */
export function isGuarded(name: string): boolean {
  return GUARDED.some((guarded) => name === guarded || name.startsWith(`${guarded}.`));
}
