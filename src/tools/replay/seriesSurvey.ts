import { markOf, readLenientNumber } from '../../adapters/payload/lenientNumber.ts';
import { readNumberText } from '../../adapters/payload/numberText.ts';
import type { DecimalMark } from '../../domain/notation.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import { BlendWatch, type OpenColumn } from './blendWatch.ts';
import type { SeriesRow } from './seriesFile.ts';
import { type ChosenFormat, FormatChoice } from './times/formatChoice.ts';
import type { TimeFormat } from './times/timeFormat.ts';

/** Facts about a whole series that one row alone does not tell. */
export interface Survey {
  readonly rows: number;
  /** undefined: the file has no times. */
  readonly times: ChosenFormat | undefined;
  /** Decimal mark of its numbers: it says which one `1,210` is. */
  readonly mark: DecimalMark;
  /** Names of series that share the file, with their rows, by column. */
  readonly blends: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export interface SurveyOptions {
  readonly zone: ZoneOffset;
  /** The format that the user names. */
  readonly format: TimeFormat | undefined;
  /** Where cells are not separated by commas, a comma is likely a decimal one. */
  readonly separator: string;
  /** Columns that may tell one series from another. */
  readonly open: readonly OpenColumn[];
}

/** Looks once through all rows of a series. */
export async function surveySeries(rows: AsyncIterable<SeriesRow>, options: SurveyOptions): Promise<Survey> {
  const { zone, format, separator, open } = options;
  const formats = format === undefined ? new FormatChoice(zone) : new FormatChoice(zone, [format]);
  const blend = new BlendWatch(open);
  const marks = new MarkCount();
  let [count, times] = [0, 0];
  for await (const row of rows) {
    count++;
    if (row.fault !== undefined) continue;
    marks.add(row.value);
    for (const input of row.inputs) marks.add(input);
    blend.add(row);
    const time = row.time?.trim() ?? '';
    if (time === '') continue;
    times++;
    formats.add(time);
  }
  return {
    rows: count,
    times: times > 0 ? formats.choose() : undefined,
    mark: marks.mark(separator),
    blends: blend.found(),
  };
}

/** Counts the numbers that can have one decimal mark only. */
class MarkCount {
  #point = 0;
  #comma = 0;

  add(cell: string): void {
    if (typeof readNumberText(cell, undefined) === 'number') return;
    const mark = markOf(cell);
    if (mark === undefined || mark === 'either' || typeof readLenientNumber(cell, mark) !== 'number') return;
    if (mark === 'comma') this.#comma++;
    else this.#point++;
  }

  mark(separator: string): DecimalMark {
    if (this.#comma === this.#point) return separator === ',' ? 'point' : 'comma';
    return this.#comma > this.#point ? 'comma' : 'point';
  }
}
