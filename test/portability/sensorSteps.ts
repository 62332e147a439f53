import type { Step } from '../../src/domain/sample.ts';
import { sin } from '../../src/kernel/math/sinCos.ts';
import { createRandom, type Random } from '../../src/kernel/random.ts';
import { irregularTimes, toSteps } from '../support/series.ts';

// Only + − × ÷ and our own sine: the series themselves must be the same on every machine.

/** Quarters of an hour: a day's wave that is lower on Saturday and Sunday, noise, and whatever else a sensor does. */
export function gridSteps(rows: number): Step[] {
  return toSteps(readings(rows));
}

/** The same with rows that are missing, alone and many in a row, from the first row on. */
export function gappySteps(rows: number): Step[] {
  const random = createRandom(21);
  const isMissing = (row: number): boolean => row < 3 || (row % 700 > 600 && row % 700 < 650);
  return toSteps(
    readings(rows).map((value, row) => (isMissing(row) || random.uniform(0, 1) < 0.03 ? Number.NaN : value)),
  );
}

export function irregularSteps(rows: number): Step[] {
  return toSteps(readings(rows), irregularTimes(rows));
}

/** With three further inputs: one that leads, one that is often missing, and one that switches. */
export function stepsAmongOthers(rows: number): Step[] {
  const values = readings(rows + 3);
  const random = createRandom(22);
  return gridSteps(rows).map((step, row) => {
    const missing = random.uniform(0, 1) < 0.4 ? Number.NaN : random.uniform(-1e6, 1e6);
    return { ...step, inputs: [values[row + 3] as number, missing, Math.floor(row / 37) % 2] };
  });
}

function readings(rows: number): number[] {
  const random = createRandom(20);
  return Array.from({ length: rows }, (_, row) => faulty(clean(row, random), row, rows));
}

function clean(row: number, random: Random): number {
  const isWeekend = Math.floor(row / 96) % 7 >= 5;
  const wave = sin((2 * Math.PI * (row % 96)) / 96) * (isWeekend ? 2 : 5);
  const noise = random.uniform(-0.5, 0.5) + random.uniform(-0.5, 0.5);
  return Math.round(100 * (20 + wave + noise)) / 100;
}

/** A spike, a value that sticks, a step, another unit: what guard, scalers and anomaly score are for. */
function faulty(value: number, row: number, rows: number): number {
  if (row === Math.floor(0.55 * rows)) return 1e6;
  if (row > 0.6 * rows && row < 0.6 * rows + 40) return 19;
  if (row === Math.floor(0.7 * rows)) return value + 30;
  if (row > 0.9 * rows) return value * 1000;
  return row > 0.8 * rows ? value + 12 : value;
}
