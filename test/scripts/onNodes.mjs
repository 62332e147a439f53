// The test suite on other Node versions: `npm run test:nodes` (22 and 24), or `node test/scripts/onNodes.mjs 22`.
import { spawnSync } from 'node:child_process';
import { fetchNode } from './fetchNode.mjs';

const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['22', '24'];

for (const version of versions) {
  const node = fetchNode('x64', version);
  console.log(`\nNode ${run(node, ['--version'], 'pipe').trim()}`);
  run(node, ['node_modules/vitest/vitest.mjs', 'run']);
}

/** @param {import('node:child_process').StdioOptions} stdio */
function run(command, args, stdio = 'inherit') {
  const { status, stdout } = spawnSync(command, args, { stdio, encoding: 'utf8' });
  if (status !== 0) process.exit(status ?? 1);
  return stdout ?? '';
}
