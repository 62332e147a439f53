import { readJsonNumber } from '../../adapters/payload/jsonNumber.ts';
import { StreamUnit } from '../../adapters/payload/streamUnit.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import type { Report } from '../../domain/events.ts';
import type { DecimalMark } from '../../domain/notation.ts';
import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { ANY_READING, type ValidReadings } from '../../domain/validReadings.ts';
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
  readonly #unit = new StreamUnit({});
  readonly #inputUnits: readonly StreamUnit[];

  constructor(options: RowReaderOptions) {
    this.#options = options;
    this.#inputUnits = options.inputColumns.map(() => new StreamUnit({}));
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
    const value = this.#numberOf(row.value, this.#options.valid, this.#unit);
    if (typeof value !== 'number') return this.#drop(value, row.line, valueColumn, row.value);
    if (at === undefined) return this.#drop('bad-time', row.line, timeColumn, row.time ?? '');
    this.used++;
    if (inputColumns.length === 0) return { stream, at, value };
    const inputs = row.inputs.map((cell, i) => this.#inputOf(cell, i));
    return { stream, at, value, inputs, inputNames: inputColumns };
  }

  /**
   * Numbers as devices write them are what they are; a comma makes a difference only in a file whose numbers have one. The unit of the first
   * cell that has one is that of its column.
   */
  #numberOf(cell: string, valid: ValidReadings, unit: StreamUnit): number | DropReason {
    return readJsonNumber(cell, undefined, { valid, notation: { isLenient: true, decimal: this.#options.mark } }, unit);
  }

  #inputOf(cell: string, i: number): number {
    const { stream, inputColumns, report } = this.#options;
    const number = this.#numberOf(cell, ANY_READING, this.#inputUnits[i] as StreamUnit);
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
