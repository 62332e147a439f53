import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A CSV file by columns, cells as written. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Series {
  /** NaN where a cell holds no number. */
  readonly values: Float64Array;
  /** Share of the day in [0, 1) and weekday, Monday = 0, as the clock on the wall said; undefined without a time column. */
  readonly clock: { readonly timeOfDay: Float64Array; readonly weekday: Float64Array } | undefined;
}

const TIME_COLUMNS = ['time', 'timestamp', 'ts', 'date', 'datetime'];
const DAY_MS = 86_400_000;

export function readTable(file: string): CsvTable {
  const [columns = [], ...rows]: string[][] = parse(readFileSync(file), { bom: true, skip_empty_lines: true });
  return { columns, rows };
}

/** @throws Error where the file has no such column */
export function columnOf({ columns, rows }: CsvTable, name: string): readonly string[] {
  const place = columns.indexOf(name);
  if (place < 0) throw new Error(`no column ${name}; there are: ${columns.join(', ')}`);
  return rows.map((row) => row[place] as string);
}

/** The name given, or the first of the usual ones. */
export function timeColumnOf({ columns }: CsvTable, name: string | undefined): string | undefined {
  return name ?? TIME_COLUMNS.find((usual) => columns.includes(usual));
}

export function toNumbers(cells: readonly string[]): Float64Array {
  return Float64Array.from(cells, (cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
}

export function toSeries(table: CsvTable, valueColumn: string, timeColumn: string | undefined): Series {
  const values = toNumbers(columnOf(table, valueColumn));
  if (timeColumn === undefined) return { values, clock: undefined };
  const times = columnOf(table, timeColumn).map(wallClock);
  const timeOfDay = Float64Array.from(times, (time) => time / DAY_MS - Math.floor(time / DAY_MS));
  // 1970-01-01 was a Thursday.
  const weekday = Float64Array.from(times, (time) => (((Math.floor(time / DAY_MS) + 3) % 7) + 7) % 7);
  return { values, clock: { timeOfDay, weekday } };
}

/** Milliseconds of a date and time as if it were UTC; an offset is not looked at. @throws Error where it is none */
export function wallClock(text: string): number {
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?/.exec(text.trim());
  const time = found === null ? Number.NaN : Date.parse(`${found[1]}T${found[2] ?? '00:00'}Z`);
  if (Number.isNaN(time)) throw new Error(`not a date and time: ${text}`);
  return time;
}

/** Missing values as the baselines see them: the last one stands in, 0 before the first. */
export function filled(values: Float64Array): Float64Array {
  const result = values.slice();
  for (let i = 0; i < result.length; i++) {
    if (!Number.isFinite(result[i])) result[i] = i === 0 ? 0 : (result[i - 1] as number);
  }
  return result;
}
