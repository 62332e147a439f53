import { mkdirSync, writeFileSync } from 'node:fs';
import type { BenchTable } from './benchTables.ts';
import { measuredHere } from './measuredHere.ts';

/** A short run is asked for: the same rows with fewer repeats. */
export const IS_QUICK: boolean = process.argv.includes('--quick');

type Cell = string | number;

/** Prints a table, first column to the left. @returns it as the README takes it */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): BenchTable {
  const texts = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  const lines = texts.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  process.stdout.write(`${title}\n${lines.join('\n')}\n`);
  return { title, columns: head, rows: rows.map((row) => row.map(String)), notes: [] };
}

/** Code that the figures of a bench are about. */
const SUBJECTS = {
  kernel: ['src/kernel'],
  learner: ['src/kernel', 'src/model', 'src/learner'],
  threads: ['src/hosts', 'src/kernel', 'src/model', 'src/learner'],
  stages: ['src'],
  decode: ['src/adapters/payload'],
  e2e: ['src'],
  memory: ['src'],
  page: ['src/outlets/page/site'],
  pageCost: ['src/outlets/page/history', 'src/outlets/metrics', 'src/adapters/http'],
  probe: ['src/kernel', 'src/model', 'src/learner', 'src/outlets/page'],
  gate: ['src'],
} as const;

/**
 * Writes the figures below `.cache/bench`, with commit, day, machine and load of their measurement.
 * @param tables what `npm run bench:readme` takes over, from a whole run only
 */
export function writeReport(
  name: keyof typeof SUBJECTS,
  figures: object,
  tables: readonly BenchTable[] = [],
  tell: (text: string) => void = (text) => void process.stdout.write(`${text}\n`),
): void {
  const file = `.cache/bench/${name}.json`;
  mkdirSync('.cache/bench', { recursive: true });
  const measured = measuredHere(SUBJECTS[name]);
  writeFileSync(
    file,
    `${JSON.stringify({ measured, isQuick: IS_QUICK, ...figures, ...(IS_QUICK ? {} : { tables }) }, null, 2)}\n`,
  );
  tell(`written to ${file}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
