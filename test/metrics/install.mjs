// Prometheus from its Debian package, unpacked below .cache/: no root, nothing installed. The types of Grafana's dashboards from their npm package.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { which } from '../brokers/tools.mjs';

const FOLDER = resolve('.cache/metrics');
const SCHEMA = '@grafana/schema@13.2.3';

/** @returns the path of a program of Prometheus; undefined: it is not there */
export function programOf(name) {
  const own = join(FOLDER, 'prometheus/usr/bin', name);
  return existsSync(own) ? own : which(name);
}

/** The folder of the types; undefined: they are not there. */
export function schemaFolder() {
  const folder = join(FOLDER, 'node_modules/@grafana/schema');
  return existsSync(folder) ? folder : undefined;
}

/** @returns what is missing, in words */
export function whatIsMissing() {
  const absent = ['prometheus', 'promtool'].filter((name) => programOf(name) === undefined);
  return [
    ...(absent.length > 0 ? [`${absent.join(', ')} (Debian: prometheus)`] : []),
    ...(schemaFolder() === undefined ? [`${SCHEMA} (npm)`] : []),
  ];
}

export function install() {
  mkdirSync(FOLDER, { recursive: true });
  if (schemaFolder() === undefined) {
    writeFileSync(join(FOLDER, 'package.json'), '{"private":true}');
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', SCHEMA];
    execFileSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  if (programOf('prometheus') !== undefined && programOf('promtool') !== undefined) return;
  execFileSync('apt-get', ['download', '-q', 'prometheus'], { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = readdirSync(FOLDER).find((name) => /^prometheus_.*\.deb$/.test(name));
  if (archive === undefined) throw new Error('apt-get gave no package');
  execFileSync('dpkg-deb', ['-x', join(FOLDER, archive), join(FOLDER, 'prometheus')]);
}
