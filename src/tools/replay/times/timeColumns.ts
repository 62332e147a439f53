import type { ZoneOffset } from '../../../domain/time.ts';
import { FormatChoice } from './formatChoice.ts';

/** Names that are taken before all others, the likeliest first. */
const USUAL_NAMES = ['time', 'timestamp', 'ts', 'date', 'datetime'];

/** Words of names of time columns in a few languages, letters and digits only. */
const NAMES =
  /^(?:_?time|_?date|datetime|ds|ts|utc|epoch|unix|when|zeit|datum|uhrzeit|fecha|hora|heure|horodatage|tijd|data|ora|tid|dato)|(?:time|date|stamp|stempel|zeit|datum|changed|updated|seen|created|recorded|received|measured)(?:at|on|utc|local|s|ms)?$/;

/** A column is one of times where at least this share of its first cells can be read so. */
const ENOUGH = 0.8;
/** Numbers below are no seconds since 1970 that a sensor has told: 2001-09-09. */
const EPOCH_SECONDS = 1e9;
const END_OF_CENTURY = 4.1e9;
const NUMBER = /^[+-]?\d+(?:\.\d*)?(?:e\+?\d+)?$/i;

/** Places of the columns of the time: one, or a date and its time of day. Empty: there is none. */
export type TimePlaces = readonly number[];

interface Candidate {
  readonly place: number;
  readonly kind: 'clock' | 'date' | 'moment';
  /** The smaller, the likelier. */
  readonly rank: number;
}

/**
 * Finds the columns of the time by their names and by what their first cells hold. A column named for the time that holds
 * times of day alone is joined with one of dates.
 * @param rows some first rows of the table
 * @param taken places of columns that are something else
 */
export function findTimeColumns(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
  zone: ZoneOffset,
): TimePlaces {
  const found = columns.flatMap((name, place): readonly Candidate[] => {
    if (taken.has(place)) return [];
    const cells = rows.map((cells) => (cells[place] ?? '').trim()).filter((cell) => cell !== '');
    const kind = kindOf(cells, zone);
    const rank = rankOf(name, cells);
    return kind === undefined || rank === undefined ? [] : [{ place, kind, rank }];
  });
  const [best] = found.toSorted((a, b) => a.rank - b.rank);
  if (best !== undefined) return withOther(best, found);
  // Nothing can be read: the name decides, and the first cell is shown.
  const named = USUAL_NAMES.map((name) => columns.indexOf(name)).find((place) => place >= 0 && !taken.has(place));
  return named === undefined ? [] : [named];
}

/** The column that was named, with its dates where it holds times of day alone. */
export function completeTimeColumn(
  place: number,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  taken: ReadonlySet<number>,
  zone: ZoneOffset,
): TimePlaces {
  const cells = rows.map((row) => (row[place] ?? '').trim()).filter((cell) => cell !== '');
  if (kindOf(cells, zone) !== 'clock') return [place];
  const [date] = findTimeColumns(columns, rows, new Set([...taken, place]), zone);
  return date === undefined ? [place] : [date, place];
}

function withOther(best: Candidate, found: readonly Candidate[]): TimePlaces {
  if (best.kind === 'moment') return [best.place];
  const wanted = best.kind === 'clock' ? 'date' : 'clock';
  const other = found.find(({ kind }) => kind === wanted);
  if (other !== undefined) return best.kind === 'clock' ? [other.place, best.place] : [best.place, other.place];
  // A moment says more than a time of day.
  const moment = found.find(({ kind }) => kind === 'moment');
  return [best.kind === 'clock' && moment !== undefined ? moment.place : best.place];
}

function kindOf(cells: readonly string[], zone: ZoneOffset): Candidate['kind'] | undefined {
  if (cells.length === 0) return undefined;
  const choice = new FormatChoice(zone);
  for (const cell of cells) choice.add(cell);
  if (choice.share < ENOUGH) return undefined;
  if (choice.choose().format.name === 'clock') return 'clock';
  return cells.every((cell) => /^[^:T]{6,12}$/.test(cell) && /\D/.test(cell) && !/^\d+[.,]\d+$/.test(cell))
    ? 'date'
    : 'moment';
}

/** undefined: neither name nor cells say that it is a time. */
function rankOf(name: string, cells: readonly string[]): number | undefined {
  const usual = USUAL_NAMES.indexOf(name);
  if (usual >= 0) return usual;
  const plain = name
    .toLowerCase()
    .replace(/[^\p{L}\d_]/gu, '')
    .replace(/(?<=.)_/g, '');
  const isNamed = NAMES.test(plain);
  // Bounds of a query (InfluxDB) are times as well, but the same in all rows.
  const isConstant = cells.length > 2 && cells.every((cell) => cell === cells[0]);
  const rank = (isNamed ? 10 : 20) + (isConstant ? 30 : 0);
  if (!cells.every((cell) => NUMBER.test(cell))) return rank;
  const numbers = cells.map(Number);
  const isRising = !isConstant && numbers.every((n, i) => i === 0 || n >= (numbers[i - 1] as number));
  if (isNamed && numbers.every((n) => n >= EPOCH_SECONDS)) return rank;
  if (isNamed && cells.every((cell) => /^\d{5,6}\.\d/.test(cell))) return rank;
  // Seconds since the start of a recording.
  if (isRising && /^(?:time|zeit|seconds|elapsed|t$)/.test(plain)) return rank;
  return isRising && isOfThisCentury(numbers) ? rank : undefined;
}

/** Seconds, ms, µs or ns since 1970. */
function isOfThisCentury(numbers: readonly number[]): boolean {
  const unit = [1, 1e3, 1e6, 1e9].find((scale) =>
    numbers.every((n) => n >= EPOCH_SECONDS * scale && n < END_OF_CENTURY * scale),
  );
  return unit !== undefined && numbers.length > 2;
}
