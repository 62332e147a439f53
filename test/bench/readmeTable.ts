import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTables, replaceBetween, toMarkdown } from './benchTables.ts';
import { toMark } from './measured.ts';

// Writes what the benches measured into test/bench/README.md: the tables of every .cache/bench/*.json, in the order of their names.

const FOLDER = '.cache/bench';
const README = 'test/bench/README.md';
const BEGIN = '<!-- measured: begin, written by npm run bench:readme -->';
const END = '<!-- measured: end -->';

function main(): void {
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];
  const pieces = files.sort().flatMap((name) => {
    const path = join(FOLDER, name);
    const found = readTables(path, readFileSync(path, 'utf8'));
    print(`${path}: ${found?.tables.length ?? 0} tables`);
    return found === undefined ? [] : [toMark(found.measured), ...found.tables.map(toMarkdown)];
  });
  if (pieces.length === 0) {
    print(`nothing measured yet: no tables in ${FOLDER}`);
    process.exitCode = 1;
    return;
  }
  const content = pieces.join('\n\n');
  writeFileSync(README, replaceBetween(readFileSync(README, 'utf8'), BEGIN, END, `\n${content}\n`));
  print(`written to ${README}`);
}

main();
