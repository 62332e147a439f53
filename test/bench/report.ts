import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { BenchTable } from './benchTables.ts';

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

/**
 * Writes the figures below `.cache/bench`, with the machine that they are from.
 * @param tables what `npm run bench:readme` takes over, from a whole run only
 */
export function writeReport(name: string, figures: object, tables: readonly BenchTable[] = []): void {
  const machine = { node: process.version, arch: process.arch, cpu: cpus()[0]?.model ?? 'unknown' };
  const file = `.cache/bench/${name}.json`;
  mkdirSync('.cache/bench', { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ machine, isQuick: IS_QUICK, ...figures, ...(IS_QUICK ? {} : { tables }) }, null, 2)}\n`,
  );
  process.stdout.write(`written to ${file}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
