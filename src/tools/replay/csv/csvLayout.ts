import { TidegateError } from '../../../domain/errors.ts';
import { splitRow } from './splitRow.ts';

/** Port: the candidate that a mistyped word most likely means. */
export type Suggest = (word: string, candidates: readonly string[]) => string | undefined;

/** Shape of a table in a text. */
export interface CsvLayout {
  readonly separator: string;
  /** Line of the header, 1 = first of the file; 0: there is none, and columns have their numbers as names. */
  readonly headerLine: number;
  /** Names without blanks around them. */
  readonly columns: readonly string[];
  /** Columns that tell one series from another, by InfluxDB's `#group` line. */
  readonly keys: readonly string[];
}

const SEPARATORS = [',', ';', '\t', '|'];
const LISTED_COLUMNS = 30;

/** A cell of a header or of a comment above it, without blanks. */
const cellsOf = (line: string, separator: string): readonly string[] =>
  (splitRow(line, separator) ?? []).map((cell) => cell.trim());

/**
 * Finds separator and header in the first lines of a file: the header is the first line that has the names of the wanted
 * columns, whatever stands above it. A header behind `#` counts, if no other is there. Where all names are numbers and no line has
 * them, they are places, from 1, of a file without a header.
 * @throws TidegateError TG_INPUT_INVALID, with the columns that are there
 */
export function findLayout(
  file: string,
  head: readonly string[],
  wanted: readonly string[],
  suggest?: Suggest,
): CsvLayout {
  if (head.every((line) => line.trim() === ''))
    throw new TidegateError('TG_INPUT_INVALID', `${file}: is empty; a header line is needed`);
  // Names that are numbers stand in rows of data as well.
  const first = head.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  const found =
    (arePlaces(wanted)
      ? (findHeader(head.slice(0, first + 1), wanted, (line) => line) ?? placesOf(head, wanted))
      : undefined) ??
    findHeader(head, wanted, (line) => (line.startsWith('#') ? undefined : line)) ??
    findHeader(head, wanted, (line) => (line.startsWith('#') ? line.replace(/^#+\s*/, '') : undefined));
  if (found !== undefined) return found;
  const guess = guessHeader(head);
  const missing = wanted.find((name) => !guess.columns.includes(name)) ?? wanted[0];
  throw new TidegateError('TG_INPUT_INVALID', `${file}: ${noColumn(missing as string, guess, suggest)}`);
}

/** @throws TidegateError TG_INPUT_INVALID where no column, or more than one, has the name */
export function placeOf(file: string, name: string, layout: CsvLayout, suggest?: Suggest): number {
  const { columns } = layout;
  const place = columns.indexOf(name);
  if (place < 0) throw new TidegateError('TG_INPUT_INVALID', `${file}: ${noColumn(name, layout, suggest)}`);
  if (columns.indexOf(name, place + 1) < 0) return place;
  throw new TidegateError('TG_INPUT_INVALID', `${file}: two columns have the name ${JSON.stringify(name)}`);
}

/** The line with most of the names, and of several the one with most columns; undefined: none has the first name. */
function findHeader(
  head: readonly string[],
  wanted: readonly string[],
  textOf: (line: string) => string | undefined,
): CsvLayout | undefined {
  let best: (CsvLayout & { readonly score: number }) | undefined;
  for (const [i, line] of head.entries()) {
    const text = textOf(line);
    if (text === undefined) continue;
    for (const separator of SEPARATORS) {
      const columns = cellsOf(text, separator);
      if (!columns.includes(wanted[0] as string)) continue;
      const score = wanted.filter((name) => columns.includes(name)).length * 1000 + Math.min(columns.length, 999);
      if (best === undefined || score > best.score)
        best = { score, separator, headerLine: i + 1, columns, keys: keysOf(head.slice(0, i), separator, columns) };
    }
  }
  return best;
}

/** Columns of InfluxDB's group key, but for the bounds of the query. */
function keysOf(above: readonly string[], separator: string, columns: readonly string[]): readonly string[] {
  const group = above.findLast((line) => line.startsWith('#group'));
  if (group === undefined) return [];
  const flags = cellsOf(group, separator);
  return columns.filter((name, i) => flags[i] === 'true' && name !== '_start' && name !== '_stop');
}

const arePlaces = (names: readonly string[]): boolean => names.every((name) => /^[1-9]\d{0,3}$/.test(name));

function placesOf(head: readonly string[], wanted: readonly string[]): CsvLayout | undefined {
  const { separator, columns } = guessHeader(head);
  const names = columns.map((_, i) => String(i + 1));
  return wanted.every((name) => names.includes(name))
    ? { separator, headerLine: 0, columns: names, keys: [] }
    : undefined;
}

/** Reads the names of the columns where none is asked for. */
export function guessColumns(head: readonly string[]): readonly string[] {
  return guessHeader(head).columns;
}

/** The separator that divides most lines alike, and the first line that has as many cells as they, all of them filled if there is one. */
function guessHeader(head: readonly string[]): CsvLayout {
  const lines = head.map((line, i) => ({ line, number: i + 1 })).filter(({ line }) => !/^\s*(#|$)/.test(line));
  const rows = lines.length > 0 ? lines : head.map((line, i) => ({ line, number: i + 1 }));
  const guesses = SEPARATORS.map((separator) => {
    const cells = rows.map(({ line }) => cellsOf(line, separator));
    const usual = usualOf(cells.map(({ length }) => length));
    const isWhole = (row: readonly string[]): boolean => row.length === usual && row.every((cell) => cell !== '');
    const whole = cells.findIndex(isWhole);
    const at = whole < 0 ? cells.findIndex(({ length }) => length === usual) : whole;
    const alike = cells.filter(({ length }) => length === usual).length;
    return {
      separator,
      headerLine: rows[at]?.number ?? 1,
      columns: cells[at] ?? [],
      keys: [],
      score: usual > 1 ? alike : 0,
    };
  });
  return guesses.reduce((best, guess) => (guess.score > best.score ? guess : best));
}

/** The number that comes most often, and of several the largest. */
export function usualOf(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].reduce(
    ([best, n], [count, m]) => (m > n || (m === n && count > best) ? [count, m] : [best, n]),
    [0, 0],
  )[0] as number;
}

function noColumn(name: string, { columns, separator }: CsvLayout, suggest: Suggest | undefined): string {
  const meant = columns.find((column) => column.toLowerCase() === name.toLowerCase()) ?? suggest?.(name, columns);
  const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
  const listed = columns.slice(0, LISTED_COLUMNS).map((column) => JSON.stringify(column));
  if (columns.length > LISTED_COLUMNS) listed.push(`and ${columns.length - LISTED_COLUMNS} more`);
  const by = separator === ',' ? '' : ` (separated by ${JSON.stringify(separator)})`;
  return `no column ${JSON.stringify(name)}${hint}; it has ${listed.join(', ')}${by}`;
}
