import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The options with which a systemd unit starts Node.js: what stands between `node` and the program, and `Environment=`. */
export interface UnitOptions {
  readonly node: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The options of `config/tidegate.service` of a build: its users have them, so what it costs is measured with them.
 * @param main the build's `dist/main.js`
 * @throws Error where the unit has no `ExecStart=node …`
 */
export function unitOptionsOf(main: string): UnitOptions {
  return readUnit(readFileSync(join(main, '../../config/tidegate.service'), 'utf8'));
}

/** @throws Error where `ExecStart=` is not of the form `node OPTIONS …/main.js …` */
export function readUnit(unit: string): UnitOptions {
  const start = /^ExecStart=(?:\S*\/)?node((?: --\S+)*) \S+\/main\.js\b/m.exec(unit);
  if (start === null) throw new Error('no ExecStart=node OPTIONS …/main.js in the unit');
  const environment: Record<string, string> = {};
  for (const [, pairs] of unit.matchAll(/^Environment=(.*)$/gm))
    for (const pair of pairs!.trim().split(/\s+/)) {
      const at = pair.indexOf('=');
      if (at > 0) environment[pair.slice(0, at)] = pair.slice(at + 1);
    }
  return { node: start[1]!.split(' ').filter((option) => option !== ''), environment };
}
