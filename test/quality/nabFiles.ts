import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnOf, readTable, wallClock } from './csvSeries.ts';
import type { LabelledSeries } from './nab.ts';

export interface NabFile extends LabelledSeries {
  /** `realKnownCause/nyc_taxi.csv` */
  readonly name: string;
  readonly path: string;
  /** Time of each row, epoch ms. */
  readonly times: readonly number[];
}

/** The files that the benchmark's labels name. @throws Error where a label stands at no row */
export function readNabFiles(folder: string): readonly NabFile[] {
  const text = readFileSync(join(folder, 'labels', 'combined_windows.json'), 'utf8');
  const labels = JSON.parse(text) as Readonly<Record<string, readonly (readonly [string, string])[]>>;
  return Object.entries(labels).map(([name, windows]) => {
    const path = join(folder, 'data', name);
    const cells = columnOf(readTable(path), 'timestamp');
    const seconds = cells.map(secondsOf);
    const rowOf = (label: string): number => {
      const row = seconds.indexOf(secondsOf(label));
      if (row < 0) throw new Error(`${name}: no row at ${label}`);
      return row;
    };
    const rows = seconds.length;
    return {
      name,
      path,
      rows,
      times: cells.map(wallClock),
      windows: windows.map(([first, last]) => [rowOf(first), rowOf(last)]),
    };
  });
}

/** Labels have fractions of a second, data have none. */
function secondsOf(time: string): string {
  return time.trim().replace('T', ' ').replace(/\..*$/, '');
}
