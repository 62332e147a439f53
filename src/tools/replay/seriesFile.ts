import type { ZoneOffset } from '../../domain/time.ts';
import { type CsvLayout, findLayout, guessColumns, placeOf, type Suggest, usualOf } from './csv/csvLayout.ts';
import { readRecords } from './csv/csvRecords.ts';
import { splitRow } from './csv/splitRow.ts';
import { openText, type TextFile } from './csv/textLines.ts';
import { type Choice, RowFilter } from './rowFilter.ts';
import { completeTimeColumn, findTimeColumns, type TimePlaces } from './times/timeColumns.ts';

export interface SeriesColumns {
  /** Column of the time; without it the one that names or cells show, or none. */
  readonly time: string | undefined;
  readonly value: string;
  readonly inputs?: readonly string[] | undefined;
  /** Column of the class of each row. */
  readonly label?: string | undefined;
  /** Rows that are meant, by a column and its cell; `*`: all of them. */
  readonly where?: readonly Choice[] | undefined;
}

/** One row of the file, its cells as written. */
export interface SeriesRow {
  /** Line in the file at which the row begins, 1 = first of the file. */
  readonly line: number;
  /** undefined: the row has too few or too many cells, or a quote that is never closed; then all cells are empty. */
  readonly fault: string | undefined;
  /** undefined where the file has no time column; date and time of day with a blank between. */
  readonly time: string | undefined;
  readonly value: string;
  /** One column for each that was asked for. */
  readonly inputs: readonly string[];
  /** Empty where the row has none; undefined where no column was asked for. */
  readonly label: string | undefined;
  /** All cells. */
  readonly cells: readonly string[];
}

/** Lines from which the shape of the table is read. */
const HEAD_LINES = 400;
/** Rows from which the columns of the time are read. */
const HEAD_ROWS = 100;

/** A table in a file, with the places of the wanted columns. */
export class SeriesFile {
  readonly layout: CsvLayout;
  readonly timePlaces: TimePlaces;
  readonly #text: TextFile;
  readonly #columns: SeriesColumns;
  readonly #suggest: Suggest | undefined;
  readonly #usual: number;

  private constructor(
    text: TextFile,
    columns: SeriesColumns,
    head: readonly string[],
    zone: ZoneOffset,
    suggest?: Suggest,
  ) {
    const { time, value, inputs = [], label, where = [] } = columns;
    const others = [...inputs, ...(label === undefined ? [] : [label]), ...where.map(({ column }) => column)];
    this.#text = text;
    this.#columns = columns;
    this.#suggest = suggest;
    const wanted = [value, ...others, ...(time === undefined ? [] : [time])];
    this.layout = findLayout(text.file, head, wanted, suggest);
    const taken = new Set([value, ...others].map((name) => placeOf(text.file, name, this.layout, suggest)));
    const rows = headRows(head, this.layout);
    this.#usual = usualOf(rows.map(({ length }) => length));
    const named = time === undefined ? undefined : placeOf(text.file, time, this.layout, suggest);
    const { columns: names } = this.layout;
    this.timePlaces =
      named === undefined
        ? findTimeColumns(names, rows, taken, zone)
        : completeTimeColumn(named, names, rows, taken, zone);
  }

  /** @throws TidegateError TG_INPUT_NOT_FOUND, or TG_INPUT_INVALID which names what is missing */
  static async open(file: string, columns: SeriesColumns, zone: ZoneOffset, suggest?: Suggest): Promise<SeriesFile> {
    const text = await openText(file);
    return new SeriesFile(text, columns, await headOf(text), zone, suggest);
  }

  /** Names of the columns of the time. */
  get timeNames(): readonly string[] {
    return this.timePlaces.map((place) => this.layout.columns[place] as string);
  }

  /** Rows in the order of the file. Empty lines, comments, headers that come again and rows of other series are none. */
  async *rows(): AsyncGenerator<SeriesRow> {
    const { layout } = this;
    let places = this.#places(layout);
    const filter = new RowFilter(this.#columns.where ?? [], layout.columns);
    for await (const { line, cells, text } of readRecords(this.#text.batches(), layout.separator)) {
      if (line <= layout.headerLine || text.trim() === '' || isComment(text)) continue;
      if (cells !== undefined && layout.headerLine > 0 && cells.some((cell) => cell.trim() === this.#columns.value)) {
        // A file that was put together of several has several headers, and their columns may differ.
        places = this.#places({ ...layout, columns: cells.map((cell) => cell.trim()) });
        continue;
      }
      const fault = this.#faultOf(cells);
      if (fault !== undefined) yield { ...EMPTY, line, fault };
      else if (filter.takes(cells as readonly string[])) yield toRow(cells as readonly string[], line, places);
    }
  }

  #places(layout: CsvLayout): Places {
    const { value, inputs = [], label } = this.#columns;
    const place = (name: string): number => placeOf(this.#text.file, name, layout, this.#suggest);
    const time = layout === this.layout ? this.timePlaces : this.timeNames.map(place);
    return { time, value: place(value), inputs: inputs.map(place), label: label === undefined ? -1 : place(label) };
  }

  /** Empty cells behind the last column are the work of spreadsheets. */
  #faultOf(cells: readonly string[] | undefined): string | undefined {
    if (cells === undefined) return 'its quote is never closed';
    const wanted = this.layout.columns.length;
    if (cells.length === wanted || cells.length === this.#usual) return undefined;
    if (cells.length > wanted && cells.slice(wanted).every((cell) => cell.trim() === '')) return undefined;
    return `it has ${cells.length} cells, the header ${wanted}`;
  }
}

async function headOf(text: TextFile): Promise<readonly string[]> {
  const head: string[] = [];
  for await (const { lines } of text.batches()) {
    head.push(...lines.slice(0, HEAD_LINES - head.length));
    if (head.length >= HEAD_LINES) break;
  }
  return head;
}

/** Names of the columns of a table. @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID */
export async function listColumns(file: string): Promise<readonly string[]> {
  return guessColumns(await headOf(await openText(file)));
}

interface Places {
  readonly time: TimePlaces;
  readonly value: number;
  readonly inputs: readonly number[];
  readonly label: number;
}

const EMPTY = { time: '', value: '', inputs: [], label: undefined, cells: [] };

const isComment = (text: string): boolean => text.startsWith('#');

function toRow(cells: readonly string[], line: number, { time, value, inputs, label }: Places): SeriesRow {
  const cell = (place: number): string => cells[place] ?? '';
  return {
    line,
    fault: undefined,
    time:
      time.length === 0
        ? undefined
        : time.length === 1
          ? cell(time[0] as number)
          : time.map((place) => cell(place).trim()).join(' '),
    value: cell(value),
    inputs: inputs.map(cell),
    label: label < 0 ? undefined : cell(label).trim(),
    cells,
  };
}

/** The first rows, to tell by. */
function headRows(head: readonly string[], { separator, headerLine }: CsvLayout): readonly (readonly string[])[] {
  return head
    .slice(headerLine, headerLine + HEAD_ROWS)
    .filter((line) => line.trim() !== '' && !isComment(line))
    .flatMap((line) => {
      const cells = splitRow(line, separator);
      return cells === undefined ? [] : [cells];
    });
}
