import { createReadStream } from 'node:fs';
import { CsvError, type Info, type Options, parse } from 'csv-parse';
import { TidegateError } from '../../domain/errors.ts';

/** Port: the candidate that a mistyped word most likely means. */
type Suggest = (word: string, candidates: readonly string[]) => string | undefined;

export interface CsvColumns {
  /** Column of the time; without it the first of the usual names, or none. */
  readonly time: string | undefined;
  readonly value: string;
  readonly inputs?: readonly string[];
  /** Column of the class of each row. */
  readonly label?: string | undefined;
  /** For the message where a column is missing. */
  readonly suggest?: Suggest;
}

/** One row of the file, its cells as written. */
export interface CsvRow {
  /** Line in the file at which the row ends, 1 = header. */
  readonly line: number;
  /** undefined where the file has no time column. */
  readonly time: string | undefined;
  readonly value: string;
  /** One column for each that was asked for. */
  readonly inputs: readonly string[];
  /** Empty where the row has none; undefined where no column was asked for. */
  readonly label?: string;
}

const USUAL_TIME_COLUMNS = ['time', 'timestamp', 'ts', 'date', 'datetime'];
/** Longer than any row of a sane series: a file that is no CSV is not read into memory as one row. */
const LONGEST_ROW = 1_000_000;
const LISTED_COLUMNS = 30;
/** The library quotes the cell, however long it is. */
const LONGEST_MESSAGE = 300;

/**
 * Reads some columns of a CSV file (RFC 4180: quotes, CRLF; BOM tolerated) row by row, without holding the file.
 * Empty lines are no rows.
 * @throws TidegateError TG_INPUT_NOT_FOUND, or TG_INPUT_INVALID which names column or line
 */
export async function* readCsv(file: string, columns: CsvColumns): AsyncGenerator<CsvRow> {
  const options: Options = {
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    // Left to itself the library takes the first line's end for all, and a file that was edited elsewhere has both.
    record_delimiter: ['\r\n', '\n', '\r'],
  };
  const input = createReadStream(file);
  const parser = parse(options);
  // pipe() does not pass a read error on.
  input.on('error', (error) => parser.destroy(error));
  let places: Places | undefined;
  try {
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<{ record: string[]; info: Info }>) {
      if (places === undefined) places = findPlaces(file, record, columns);
      else yield toRow(record, info.lines, places);
    }
  } catch (error) {
    throw explain(file, error);
  } finally {
    input.destroy();
  }
  if (places === undefined) throw new TidegateError('TG_INPUT_INVALID', `${file}: is empty; a header line is needed`);
}

interface Places {
  readonly time: number;
  readonly value: number;
  readonly inputs: readonly number[];
  readonly label: number;
}

function findPlaces(file: string, header: readonly string[], columns: CsvColumns): Places {
  const { time, value, inputs = [], label, suggest } = columns;
  const timeName = time ?? USUAL_TIME_COLUMNS.find((name) => header.includes(name));
  const placeOf = (name: string): number => {
    const place = header.indexOf(name);
    if (place < 0) throw new TidegateError('TG_INPUT_INVALID', `${file}: ${noColumn(name, header, suggest)}`);
    if (header.indexOf(name, place + 1) < 0) return place;
    throw new TidegateError('TG_INPUT_INVALID', `${file}: two columns have the name ${JSON.stringify(name)}`);
  };
  return {
    time: timeName === undefined ? -1 : placeOf(timeName),
    value: placeOf(value),
    inputs: inputs.map(placeOf),
    label: label === undefined ? -1 : placeOf(label),
  };
}

function noColumn(name: string, header: readonly string[], suggest: Suggest | undefined): string {
  const meant = suggest?.(name, header);
  const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
  const listed = header.slice(0, LISTED_COLUMNS).map((column) => JSON.stringify(column));
  if (header.length > LISTED_COLUMNS) listed.push(`and ${header.length - LISTED_COLUMNS} more`);
  const separator = header.length === 1 ? /[;\t|]/.exec(header[0])?.[0] : undefined;
  const advice =
    separator === undefined ? '' : `; columns must be separated by commas, not ${JSON.stringify(separator)}`;
  return `no column ${JSON.stringify(name)}${hint}; it has ${listed.join(', ')}${advice}`;
}

function toRow(record: readonly string[], line: number, places: Places): CsvRow {
  return {
    line,
    time: places.time < 0 ? undefined : record[places.time],
    value: record[places.value],
    inputs: places.inputs.map((place) => record[place]),
    ...(places.label >= 0 && { label: record[places.label].trim() }),
  };
}

function explain(file: string, error: unknown): unknown {
  if (error instanceof TidegateError) return error;
  if (error instanceof CsvError) {
    return new TidegateError('TG_INPUT_INVALID', `${file}: ${error.message.slice(0, LONGEST_MESSAGE)}`, {
      cause: error,
    });
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new TidegateError('TG_INPUT_NOT_FOUND', `${file}: no such file`);
  if (code !== undefined) return new TidegateError('TG_INPUT_INVALID', `${file}: cannot be read (${code})`);
  return error;
}
