import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Names the commit that is compared with where nothing is tagged. */
const BASE_FILE = 'test/bench/gate/base.txt';
const FOLDER = '.cache/gate';

/**
 * The commit to compare with: the argument, else the last tag, else the one in `base.txt`.
 * @throws Error where git does not know it
 */
export function chooseBase(argument: string | undefined): string {
  const tag = spawnSync('git', ['describe', '--tags', '--abbrev=0'], { encoding: 'utf8' });
  const named = argument ?? (tag.status === 0 ? tag.stdout.trim() : readFileSync(BASE_FILE, 'utf8').trim());
  return run('git', ['rev-parse', '--verify', '--short=12', `${named}^{commit}`]).trim();
}

/**
 * The built daemon of a commit, below `.cache/gate`; made where it is not there yet.
 * @returns its `main.js`
 * @throws Error where it cannot be built
 */
export function buildBase(commit: string, tell: (text: string) => void): string {
  const folder = join(FOLDER, commit);
  const main = join(folder, 'dist/main.js');
  if (existsSync(main)) return main;
  tell(`building ${commit} in ${folder}`);
  // Beside its place, and moved there once it is whole: a build that was interrupted is made anew.
  const place = `${folder}.new`;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  run('sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, place]);
  run('npm', ['run', '--silent', 'setup'], place);
  run('npm', ['run', '--silent', 'build'], place);
  rmSync(folder, { recursive: true, force: true });
  renameSync(place, folder);
  return main;
}

function run(command: string, args: readonly string[], cwd = '.'): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}
