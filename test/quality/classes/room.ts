import { columnOf, readTable, toNumbers } from '../csvSeries.ts';
import type { ClassSeries, ToldLabel } from './classSeries.ts';

/**
 * Accuracy of the online logistic regression of river 0.26.1 behind its standard scaler on the same rows, each learned `delay` + 1
 * rows later: predict, then learn.
 */
export const RIVER: readonly {
  readonly columns: readonly string[];
  readonly delay: number;
  readonly accuracy: number;
}[] = [
  { columns: ['CO2', 'Light'], delay: 1, accuracy: 0.9818 },
  { columns: ['CO2', 'Light'], delay: 10, accuracy: 0.9802 },
  { columns: ['CO2', 'Light'], delay: 30, accuracy: 0.9757 },
  { columns: ['CO2', 'Light'], delay: 60, accuracy: 0.9703 },
  { columns: ['CO2'], delay: 1, accuracy: 0.9098 },
  { columns: ['CO2'], delay: 10, accuracy: 0.9054 },
  { columns: ['CO2'], delay: 30, accuracy: 0.8947 },
  { columns: ['CO2'], delay: 60, accuracy: 0.8841 },
];

/** The first column is the stream, the others come along. @throws Error where the file or a column is missing */
export function readRoom(file: string, columns: readonly string[]): ClassSeries {
  const table = readTable(file);
  const values = columns.map((name) => toNumbers(columnOf(table, name)));
  const truth = Uint8Array.from(toNumbers(columnOf(table, 'Occupancy')));
  const rows = Array.from(truth, (_, row) => values.map((column) => column[row]!));
  return { classes: ['empty', 'occupied'], every: 60_000, rows, truth, parts: new Uint32Array(truth.length) };
}

/** The newest label that has been told, as the answer. */
export function lastLabel({ rows }: ClassSeries, labels: readonly ToldLabel[]): Int8Array {
  let newest = -1;
  let next = 0;
  return Int8Array.from(rows, (_, row) => {
    const answer = newest;
    for (let told = labels[next]; told !== undefined && told.toldAt <= row; told = labels[++next]) newest = told.label;
    return answer;
  });
}
