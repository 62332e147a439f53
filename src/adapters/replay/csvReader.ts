import { createReadStream } from 'node:fs';
import { CsvError, type Info, type Options, parse } from 'csv-parse';
import { TidegateError } from '../../domain/errors.ts';

export interface CsvColumns {
  /** Column of the time; without it the first of the usual names, or none. */
  readonly time: string | undefined;
  readonly value: string;
}

/** One row of the file, its cells as written. */
export interface CsvRow {
  /** Line in the file, 1 = header. */
  readonly line: number;
  /** undefined where the file has no time column. */
  readonly time: string | undefined;
  readonly value: string;
}

const USUAL_TIME_COLUMNS = ['time', 'timestamp', 'ts', 'date', 'datetime'];
/** Longer than any row of a sane series: a file that is no CSV is not read into memory as one row. */
const LONGEST_ROW = 1_000_000;

/**
 * Reads two columns of a CSV file (RFC 4180: quotes, CRLF; BOM tolerated) row by row, without holding the file.
 * @throws TidegateError TG_INPUT_NOT_FOUND, or TG_INPUT_INVALID which names column or line
 */
export async function* readCsv(file: string, columns: CsvColumns): AsyncGenerator<CsvRow> {
  const options: Options = { bom: true, info: true, skip_empty_lines: true, max_record_size: LONGEST_ROW };
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
}

function findPlaces(file: string, header: readonly string[], { time, value }: CsvColumns): Places {
  const timeName = time ?? USUAL_TIME_COLUMNS.find((name) => header.includes(name));
  return {
    time: timeName === undefined ? -1 : placeOf(file, header, timeName),
    value: placeOf(file, header, value),
  };
}

function placeOf(file: string, header: readonly string[], name: string): number {
  const place = header.indexOf(name);
  if (place >= 0) return place;
  const list = header.map((column) => `"${column}"`).join(', ');
  throw new TidegateError('TG_INPUT_INVALID', `${file}: no column "${name}"; it has ${list}`);
}

function toRow(record: readonly string[], line: number, places: Places): CsvRow {
  return {
    line,
    time: places.time < 0 ? undefined : (record[places.time] as string),
    value: record[places.value] as string,
  };
}

function explain(file: string, error: unknown): unknown {
  if (error instanceof TidegateError) return error;
  if (error instanceof CsvError) {
    return new TidegateError('TG_INPUT_INVALID', `${file}: ${error.message}`, { cause: error });
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new TidegateError('TG_INPUT_NOT_FOUND', `${file}: no such file`);
  if (code !== undefined) return new TidegateError('TG_INPUT_INVALID', `${file}: cannot be read (${code})`);
  return error;
}
