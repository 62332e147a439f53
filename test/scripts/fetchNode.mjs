// Node runtimes from the npm registry (packages node-linux-*), each in a folder of its own below .cache/.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fetches the runtime where it is not there already; ends the process where that fails.
 * @param {'x64' | 'arm64' | 'armv7l'} processor
 * @param {string} version as npm understands it, e.g. '22'
 * @returns {string} path of the executable
 */
export function fetchNode(processor, version) {
  const folder = join('.cache', processor === 'x64' ? `node-${version}` : `node-${processor}-${version}`);
  const node = join(folder, 'node_modules', `node-linux-${processor}`, 'bin', 'node');
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  // By force: npm would refuse a package for another processor.
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--force', '--loglevel=error'];
  const { status, error } = spawnSync(
    'npm',
    ['install', '--prefix', folder, ...flags, `node-linux-${processor}@${version}`],
    { stdio: 'inherit' },
  );
  if (status !== 0) {
    console.error(`could not fetch node-linux-${processor}@${version}${error ? `: ${error.message}` : ''}`);
    process.exit(status || 1);
  }
  return node;
}
