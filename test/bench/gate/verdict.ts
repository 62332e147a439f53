import { median } from '../report.ts';

/** CPU time per message of one row in µs, repeat by repeat, measured in turn. */
export interface RowTimes {
  readonly title: string;
  readonly base: readonly number[];
  readonly present: readonly number[];
  readonly echo: readonly number[];
  /** Readings without an answer, of base and present. */
  readonly lost: { readonly base: number; readonly present: number };
}

/** A row whose present daemon takes more than this times the base's fails. */
export const MOST_RATIO = 1.1;

/** Present to base: the median over the pairs of repeats, which were a few seconds apart. */
export function ratioOf({ base, present }: Pick<RowTimes, 'base' | 'present'>): number {
  return median(present.map((time, i) => time / base[i]!));
}

/** @returns why it fails; undefined: it holds */
export function faultOf(row: RowTimes): string | undefined {
  const { title, lost } = row;
  const ratio = ratioOf(row);
  if (lost.base !== 0 || lost.present !== 0)
    return `${title}: ${lost.base} readings of the base and ${lost.present} of the present daemon had no answer`;
  // Written so that a ratio that is no number fails too.
  if (!(ratio <= MOST_RATIO)) return `${title}: ${ratio.toFixed(2)} times the CPU time of the base`;
  return undefined;
}

/** Cells of a row: median, least and most of base and present, echo, and the ratios. */
export function cellsOf(row: RowTimes): readonly string[] {
  const { title, base, present, echo } = row;
  const now = median(present);
  return [
    title,
    spreadOf(base),
    spreadOf(present),
    ratioOf(row).toFixed(2),
    median(echo).toFixed(1),
    (median(echo) / now).toFixed(2),
  ];
}

export const COLUMNS: readonly string[] = ['', 'base, µs', 'present, µs', 'ratio', 'echo, µs', 'present of echo'];

function spreadOf(times: readonly number[]): string {
  return `${median(times).toFixed(1)} (${Math.min(...times).toFixed(1)} … ${Math.max(...times).toFixed(1)})`;
}
