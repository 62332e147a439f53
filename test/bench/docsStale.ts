import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  ageOf,
  type Changes,
  CODE_PATCHES,
  codeCommitsOf,
  type Measured,
  readMarks,
  WITHOUT_WORDS,
} from './measured.ts';

// `npm run docs:stale`: the measurements in documents whose subject has changed since, in more than comments. Exit status 1 where there are any. `--json`.

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

interface Stale {
  readonly file: string;
  readonly line: number;
  readonly measures: readonly string[];
  readonly reason: string;
}

/** Patches of a whole history, in bytes. */
const MOST_OUTPUT = 2 ** 28;

/** @returns undefined where git fails */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: MOST_OUTPUT });
  return status === 0 ? stdout : undefined;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function changesSince({ commit, measures }: Measured): Changes {
  const paths = [...measures, WITHOUT_WORDS];
  const log = commit && git('log', ...CODE_PATCHES, `${commit}..HEAD`, '--', ...paths);
  return {
    commits: log === undefined ? undefined : codeCommitsOf(log),
    isDirty: git('status', '--porcelain', '--', ...paths) !== '',
  };
}

function findStale(): { readonly stale: readonly Stale[]; readonly marks: number } {
  const files = git('ls-files', '*.md');
  if (files === undefined) throw new Error('no git history here: nothing can be said of the age of a measurement');
  const stale: Stale[] = [];
  let marks = 0;
  for (const file of linesOf(files)) {
    for (const mark of readMarks(readFileSync(file, 'utf8'))) {
      marks++;
      const reason = ageOf(mark, changesSince(mark));
      if (reason !== undefined) stale.push({ file, line: mark.line, measures: mark.measures, reason });
    }
  }
  return { stale, marks };
}

const { stale, marks } = findStale();
const print = (text: string): void => void process.stdout.write(`${text}\n`);
if (values.json) print(JSON.stringify({ marks, stale }, null, 2));
else {
  for (const { file, line, measures, reason } of stale) print(`${file}:${line}: ${measures.join(' ')}: ${reason}`);
  print(`${stale.length} of ${marks} measurements are older than their subject`);
}
if (stale.length > 0) process.exitCode = 1;
