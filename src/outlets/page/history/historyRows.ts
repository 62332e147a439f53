import { AT, EXPECTED, VALUE } from '../../../domain/forecastRow.ts';

/**
 * Rows of the history as columns, oldest first. Each stands for the time from `at` to `at + width`; one of width 0 is a reading, with `least` and `greatest` the same. NaN: not known.
 */
export class HistoryRows {
  readonly at: number[] = [];
  readonly width: number[] = [];
  readonly least: number[] = [];
  readonly greatest: number[] = [];
  readonly mean: number[] = [];
  readonly lower: number[] = [];
  readonly upper: number[] = [];
  readonly score: number[] = [];
  /** Codes of `flags.ts`. */
  readonly flags: number[] = [];

  get length(): number {
    return this.at.length;
  }

  push(at: number, width: number, least: number, greatest: number): void {
    this.at.push(at);
    this.width.push(width);
    this.least.push(least);
    this.greatest.push(greatest);
  }

  pushForecast(mean: number, lower: number, upper: number, score: number, flags: number): void {
    this.mean.push(mean);
    this.lower.push(lower);
    this.upper.push(upper);
    this.score.push(score);
    this.flags.push(flags);
  }
}

const COLUMNS = ['at', 'width', 'least', 'greatest', 'mean', 'lower', 'upper', 'score', 'flags'] as const;

/** One after the other, in order of time: a clock that was set back leaves some behind others. */
export function joined(parts: readonly HistoryRows[]): HistoryRows {
  const rows = new HistoryRows();
  for (const part of parts) for (const column of COLUMNS) for (const value of part[column]) rows[column].push(value);
  if (rows.at.every((at, i) => i === 0 || at >= rows.at[i - 1])) return rows;
  const order = rows.at.map((_, i) => i).sort((a, b) => rows.at[a] - rows.at[b] || a - b);
  return pick(rows, order);
}

/** Some of the rows, in this order. */
export function pick(rows: HistoryRows, places: readonly number[]): HistoryRows {
  const picked = new HistoryRows();
  for (const column of COLUMNS) for (const place of places) picked[column].push(rows[column][place]);
  return picked;
}

const NUMBERS = new Float64Array(EXPECTED + 3);

/** One of some readings as the numbers of a `ForecastRow`, up to the expectation. Lent: the next one is written into the same. */
export function numbersOf(readings: HistoryRows, place: number): Float64Array {
  NUMBERS[AT] = readings.at[place];
  NUMBERS[VALUE] = readings.least[place];
  NUMBERS[EXPECTED] = readings.mean[place];
  NUMBERS[EXPECTED + 1] = readings.lower[place];
  NUMBERS[EXPECTED + 2] = readings.upper[place];
  return NUMBERS;
}
