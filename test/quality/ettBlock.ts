import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/report.ts';
import { atMost, marked } from './bars.ts';
import type { BlockResult, Measurement } from './block.ts';
import { readTable, toSeries } from './csvSeries.ts';

const FILE = 'ETTh2.csv';
const COLUMNS = ['HUFL', 'HULL', 'MUFL', 'MULL', 'LUFL', 'LULL', 'OT'];
/** Borders of the papers that use it: four months to know mean and deviation, the rows that are scored. */
const TRAINING_ROWS = 2880;
const FROM = 3600;
const TO = 14_400;
const MEAN_SQUARED_ERROR = 0.345;

/**
 * ETTh2, each column by itself one step ahead: mean squared error of the standardised series, as in FSNet and OneNet. One of
 * the columns jumps by hundreds of its steps and back, so a guard that holds true readings back shows here.
 */
export async function measureEtt({ folder, seeds, replay }: Measurement): Promise<BlockResult> {
  const file = join(folder, FILE);
  if (!existsSync(file)) return { tables: [], bars: [], skipped: [`ett: no ${file}`], figures: [] };
  const table = readTable(file);
  const results = await Promise.all(
    COLUMNS.map(async (value) => {
      const { values } = toSeries(table, value, undefined);
      const runs = await Promise.all(
        seeds.map(async (seed) => {
          const job = { file, value, time: 'time', horizons: [1], seed, name: `ett/${value}-${seed}.csv` };
          const { forecasts } = await replay(job);
          return standardisedError(values, forecasts.get(1)!.mean);
        }),
      );
      return { value, runs, last: standardisedError(values, values) };
    }),
  );
  const means = seeds.map((_, i) => results.reduce((sum, { runs }) => sum + runs[i]!, 0) / COLUMNS.length);
  const total = atMost('ETTh2 mean squared error', median(means), MEAN_SQUARED_ERROR);
  const jumping = results.find(({ value }) => value === 'LULL')!;
  const guard = atMost('ETTh2.LULL squared error/last value', median(jumping.runs) / jumping.last, 1);
  const mean = results.reduce((sum, { last }) => sum + last, 0) / COLUMNS.length;
  return {
    tables: [
      {
        title: 'ETTh2, one step ahead, rows 3,600 to 14,400: mean squared error of the standardised column',
        columns: ['column', 'ours', 'by seed', 'last value'],
        rows: [
          ...results.map(({ value, runs, last }) => [
            value,
            value === 'LULL' ? marked(median(runs).toFixed(4), [guard]) : median(runs).toFixed(4),
            runs.map((each) => each.toFixed(4)).join(' '),
            last.toFixed(4),
          ]),
          [
            'mean',
            marked(total.value.toFixed(4), [total]),
            means.map((each) => each.toFixed(4)).join(' '),
            mean.toFixed(4),
          ],
        ],
        notes: [`To reach: mean ≤ ${MEAN_SQUARED_ERROR}, and LULL no worse than its last value.`],
      },
    ],
    bars: [total, guard],
    skipped: [],
    figures: results,
  };
}

/** @param forecast made at each row for the next */
function standardisedError(values: Float64Array, forecast: Float64Array): number {
  const training = values.subarray(0, TRAINING_ROWS);
  const mean = training.reduce((sum, value) => sum + value, 0) / TRAINING_ROWS;
  const variance = training.reduce((sum, value) => sum + (value - mean) ** 2, 0) / TRAINING_ROWS;
  let sum = 0;
  for (let row = FROM; row < TO; row++) sum += (forecast[row - 1]! - values[row]!) ** 2 / variance;
  return sum / (TO - FROM);
}
