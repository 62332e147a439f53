import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// `npm run bench` runs them all, `npm run bench -- e2e learner` these, `--quick` each of them for a short while.
// Each is a process of its own, so that no bench inherits the heap and the compiled code of the one before.

const PROGRAMS = ['kernel', 'learner', 'threads', 'stages', 'decode', 'e2e', 'memory', 'page', 'pageCost', 'probe'];

const args = process.argv.slice(2);
// Names come first: what follows the first flag may be a flag's value.
const firstFlag = args.findIndex((arg) => arg.startsWith('--'));
const names = firstFlag < 0 ? args : args.slice(0, firstFlag);
const flags = args.slice(names.length);
const unknown = names.find((name) => !PROGRAMS.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`no bench is called ${unknown}; there are: ${PROGRAMS.join(', ')}\n`);
  process.exit(2);
}

for (const name of names.length > 0 ? names : PROGRAMS) {
  process.stdout.write(`\n## ${name}\n`);
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--expose-gc', program, ...flags], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
