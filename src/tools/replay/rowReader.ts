import { readJsonNumber } from '../../adapters/payload/jsonNumber.ts';
import { readLenientNumber } from '../../adapters/payload/lenientNumber.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import type { Report } from '../../domain/events.ts';
import { type DecimalMark, STRICT_NOTATION } from '../../domain/notation.ts';
import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { ValidReadings } from '../../domain/validReadings.ts';
import type { TimedRow } from './inOrder.ts';

/** Reason why a row was not used: that of a message, or a row that is none. */
export type RowDrop = DropReason | 'bad-row';

/** The first row that was not used. */
export interface FirstDrop {
  readonly line: number;
  readonly reason: RowDrop;
  /** The cell that is at fault; undefined: the row itself is. */
  readonly cell: { readonly column: string; readonly text: string } | undefined;
  readonly why: string | undefined;
}

export interface RowReaderOptions {
  readonly stream: StreamId;
  readonly valueColumn: string;
  readonly inputColumns: readonly string[];
  readonly timeColumn: string;
  readonly valid: ValidReadings;
  readonly mark: DecimalMark;
  readonly report: Report;
}

const LONGEST_CELL = 80;

/** Rows to samples, or to counted drops: values by the rules that hold for messages, and where people wrote them also as they do. */
export class RowReader {
  readonly #options: RowReaderOptions;
  /** Rows with too few or too many cells. */
  badRows = 0;
  /** Rows that gave a sample. */
  used = 0;
  /** The first row that was not used for a fault, and the first that had no value. */
  first: FirstDrop | undefined;
  #firstMissing: FirstDrop | undefined;

  constructor(options: RowReaderOptions) {
    this.#options = options;
  }

  /** The first fault, or where there is none the first row without a value. */
  get firstDrop(): FirstDrop | undefined {
    return this.first ?? this.#firstMissing;
  }

  read({ row, at }: TimedRow): Sample | undefined {
    const { stream, inputColumns, valueColumn, timeColumn } = this.#options;
    if (row.fault !== undefined) {
      this.badRows++;
      this.#note({ line: row.line, reason: 'bad-row', cell: undefined, why: row.fault });
      return undefined;
    }
    const value = this.#numberOf(row.value);
    if (typeof value !== 'number') return this.#drop(value, row.line, valueColumn, row.value);
    if (at === undefined) return this.#drop('bad-time', row.line, timeColumn, row.time ?? '');
    this.used++;
    if (inputColumns.length === 0) return { stream, at, value };
    return { stream, at, value, inputs: row.inputs.map((cell, i) => this.#inputOf(cell, i)) };
  }

  /** Numbers as devices write them are what they are; a comma makes a difference only in a file whose numbers have one. */
  #numberOf(cell: string): number | DropReason {
    const { valid, mark } = this.#options;
    const rules = { valid, notation: STRICT_NOTATION };
    const strict = mark === 'comma' ? 'not-a-number' : readJsonNumber(cell, undefined, rules);
    if (strict !== 'not-a-number') return strict;
    const lenient = readLenientNumber(cell, mark);
    return typeof lenient === 'number' ? readJsonNumber(lenient, undefined, rules) : lenient;
  }

  #inputOf(cell: string, i: number): number {
    const { stream, inputColumns, report, mark } = this.#options;
    const number = readLenientNumber(cell, mark);
    if (typeof number === 'number') return number;
    report({ type: 'InputMissing', topic: stream, field: inputColumns[i] as string, reason: number });
    return Number.NaN;
  }

  #drop(reason: DropReason, line: number, column: string, text: string): undefined {
    const { stream, report } = this.#options;
    report({ type: 'InputDropped', reason, topic: stream });
    this.#note({ line, reason, cell: { column, text: text.slice(0, LONGEST_CELL) }, why: undefined });
    return undefined;
  }

  #note(drop: FirstDrop): void {
    if (drop.reason === 'missing') this.#firstMissing ??= drop;
    else this.first ??= drop;
  }
}
