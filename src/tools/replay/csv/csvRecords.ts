import { splitRow } from './splitRow.ts';
import type { LineBatch } from './textLines.ts';

/** Row of a table, its cells as written. */
export interface CsvRecord {
  /** Number of the line at which it begins, 1 = first of the file. */
  readonly line: number;
  /** undefined: a quote is never closed. */
  readonly cells: readonly string[] | undefined;
  /** The text, where it may be a comment or has no cells. */
  readonly text: string;
}

/** A quoted cell may hold line ends; one that goes on for longer than this was never closed. */
const MOST_LINES = 100;
const LONGEST_RECORD = 1_000_000;

/**
 * Lines to records, in order. A record whose quote is never closed ends with its first line, so that it costs none of the rows
 * behind it. Empty lines come as records of one empty cell.
 */
export async function* readRecords(batches: AsyncIterable<LineBatch>, separator: string): AsyncGenerator<CsvRecord> {
  const open: OpenRecord = new OpenRecord(separator);
  for await (const { first, lines, ends } of batches) {
    for (let i = 0; i < lines.length; i++) yield* open.add(lines[i] as string, first + i, ends[i]);
  }
  yield* open.end();
}

/** Puts lines together where a quoted cell holds a line end. */
class OpenRecord {
  readonly #separator: string;
  /** Lines from the one whose quote is open. */
  #waiting: string[] = [];
  #ends: string[] = [];
  #first = 0;
  #length = 0;

  constructor(separator: string) {
    this.#separator = separator;
  }

  *add(line: string, number: number, end = '\n'): Generator<CsvRecord> {
    if (this.#waiting.length === 0) {
      const cells = splitRow(line, this.#separator);
      if (cells !== undefined) {
        yield { line: number, cells, text: line };
        return;
      }
      this.#first = number;
    }
    this.#waiting.push(line);
    this.#ends.push(end);
    this.#length += line.length;
    // Only a line with a quote can close it.
    if (this.#waiting.length > 1 && line.includes('"')) {
      const text = this.#text();
      const cells = splitRow(text, this.#separator);
      if (cells !== undefined) {
        const first = this.#first;
        this.#clear();
        yield { line: first, cells, text };
        return;
      }
    }
    if (this.#waiting.length >= MOST_LINES || this.#length > LONGEST_RECORD) yield* this.#giveUp();
  }

  *end(): Generator<CsvRecord> {
    while (this.#waiting.length > 0) yield* this.#giveUp();
  }

  /** The first line is a record by itself, and those behind it begin anew. */
  *#giveUp(): Generator<CsvRecord> {
    const [text, ...others] = this.#waiting as [string, ...string[]];
    const ends = this.#ends.slice(1);
    const first = this.#first;
    this.#clear();
    yield { line: first, cells: undefined, text };
    for (const [i, line] of others.entries()) yield* this.add(line, first + 1 + i, ends[i]);
  }

  #text(): string {
    return this.#waiting.map((line, i) => (i === 0 ? line : `${this.#ends[i - 1]}${line}`)).join('');
  }

  #clear(): void {
    this.#waiting = [];
    this.#ends = [];
    this.#length = 0;
  }
}
