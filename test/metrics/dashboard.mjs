// The dashboard against the types of Grafana: it is written as a literal of the type, so that the compiler finds a member that there is not and a value
// that is none of those that there are.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { schemaFolder } from './install.mjs';

const FILE = new URL('../../config/grafana/tidegate.json', import.meta.url);
const FOLDER = resolve('.cache/metrics/check');

export function readDashboard() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** All queries of the panels, `$…` of Grafana replaced as it would. */
export function queriesOf(dashboard) {
  return dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$__rate_interval', '30s').replaceAll(/"\$\w+"/g, '".*"'),
    })),
  );
}

/** A member of an enumeration may be written as its text. */
const AS_WRITTEN = `type AsWritten<T> = T extends string ? \`\${T}\`
  : T extends readonly (infer Item)[] ? AsWritten<Item>[]
  : T extends object ? { [Key in keyof T]: AsWritten<T[Key]> } : T;`;

/** @returns what the compiler says; empty: all is well */
export function checkDashboard() {
  const types = join(String(schemaFolder()), 'dist/types/raw/dashboard/x/types.gen.js');
  mkdirSync(FOLDER, { recursive: true });
  const written = JSON.stringify(readDashboard(), null, 1);
  const source = `import type { Dashboard } from ${JSON.stringify(types)};\n${AS_WRITTEN}\nexport const dashboard: AsWritten<Dashboard> = ${written};\n`;
  const file = join(FOLDER, 'dashboard.ts');
  writeFileSync(file, source);
  const options = ['--noEmit', '--skipLibCheck', '--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  try {
    execFileSync('node_modules/.bin/tsc', [...options, '--ignoreConfig', '--types', '', file], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return String(error.stdout);
  }
}
