import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/report.ts';
import { type CsvTable, columnOf, readTable, timeColumnOf, toNumbers, wallClock } from './csvSeries.ts';
import type { SeriesEntry } from './settings.ts';

export interface FoundEntries {
  readonly entries: readonly SeriesEntry[];
  readonly skipped: readonly string[];
}

const LOOKED_AT_ROWS = 200;
const DAY_MS = 86_400_000;

/** The settings' series that are there, and every other CSV file of the folder with defaults. */
export function findEntries(folder: string, settings: readonly SeriesEntry[]): FoundEntries {
  const isThere = ({ file }: SeriesEntry): boolean => existsSync(join(folder, file));
  const missing = new Set(settings.filter((entry) => !isThere(entry)).map(({ file }) => file));
  const skipped = [...missing].map((file) => `${file}: not in the folder`);
  const named = new Set(settings.map(({ file }) => file));
  const others = readdirSync(folder).filter((file) => file.endsWith('.csv') && !named.has(file));
  const found: SeriesEntry[] = [];
  for (const file of others.sort()) {
    try {
      const entry = defaultEntry(file, readTable(join(folder, file)));
      if (entry === undefined) skipped.push(`${file}: no column of numbers`);
      else found.push(entry);
    } catch (error) {
      skipped.push(`${file}: ${(error as Error).message}`);
    }
  }
  return { entries: [...settings.filter(isThere), ...found], skipped };
}

/** The first column of numbers, one step ahead, with the seasons that the times give. */
export function defaultEntry(file: string, table: CsvTable): SeriesEntry | undefined {
  const head: CsvTable = { columns: table.columns, rows: table.rows.slice(0, LOOKED_AT_ROWS) };
  const time = timeColumnOf(table, undefined);
  const value = table.columns.find((column) => column !== time && isNumeric(columnOf(head, column)));
  if (value === undefined) return undefined;
  const day = time === undefined ? undefined : rowsOfDay(columnOf(head, time));
  const week = day === undefined ? undefined : 7 * day;
  return { file, value, time, horizons: [1], day, week, width: {}, counted: true, set: [] };
}

function isNumeric(cells: readonly string[]): boolean {
  const written = cells.filter((cell) => !['', 'NA', 'nan', 'NaN', 'null'].includes(cell.trim()));
  return written.length > 0 && toNumbers(written).every(Number.isFinite);
}

/** Where the usual step goes into a day a whole number of times, twice at least. */
function rowsOfDay(times: readonly string[]): number | undefined {
  const at = times.map(wallClock);
  const step = median(at.slice(1).map((time, i) => time - (at[i] as number)));
  const rows = DAY_MS / step;
  return Number.isInteger(rows) && rows >= 2 ? rows : undefined;
}
