import type { CsvTable } from './csvSeries.ts';

/**
 * A small series for the tests of the scorers: a day of 24 rows, a quiet weekend, a level that moves, noise, rows that stay
 * the same, and missing ones. The numbers that the tests expect of it come from independent programs in Python with numpy.
 */
export function madeTable(rows: number): CsvTable {
  let state = 20_240_304;
  const random = (): number => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  let level = 50;
  let value = 50;
  const cells = Array.from({ length: rows }, (_, row) => {
    const at = new Date(Date.UTC(2024, 2, 4) + row * 3_600_000).toISOString().slice(0, 19);
    const hour = row % 24;
    const isWeekend = Math.floor(row / 24) % 7 >= 5;
    level += random() - 0.5;
    const day = (isWeekend ? 0.4 : 1) * Math.max(0, 60 - 5 * Math.abs(hour - 13));
    if (random() > 0.15) value = Math.round(10 * (level + day + 8 * random())) / 10;
    return [at, random() < 0.02 ? '' : String(value)];
  });
  return { columns: ['time', 'value'], rows: cells };
}

/** A forecast of it with an interval, NaN at the first rows: not good, but known. */
export function madeForecast(values: Float64Array): { mean: Float64Array; lower: Float64Array; upper: Float64Array } {
  const mean = values.map((_, row) => {
    const [now, before] = [values[row] as number, values[row - 2] ?? Number.NaN];
    return Number.isNaN(now) ? 60 : (3 * now + before) / 4;
  });
  const half = values.map((_, row) => 4 + (row % 7));
  return { mean, lower: mean.map((each, row) => each - half[row]!), upper: mean.map((each, row) => each + half[row]!) };
}
