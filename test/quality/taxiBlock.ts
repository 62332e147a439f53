import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchTable } from '../bench/benchTables.ts';
import { median } from '../bench/report.ts';
import { atMost, type Bar, marked } from './bars.ts';
import type { BlockResult, Job, Measurement } from './block.ts';
import { columnOf, readTable, toNumbers } from './csvSeries.ts';
import { type PointFigures, pointFigures, type Rows } from './forecastMetrics.ts';
import { writeStateNumbers } from './stateNumbers.ts';
import { PERTURBED_WINDOWS, PUBLISHED_PERTURBED, PUBLISHED_TAXI } from './taxiPublished.ts';

export const TAXI = 'nyc_taxi.csv';
const PERTURBED = 'nyc_taxi_perturb.csv';
export const TAXI_STEPS = 5;
/** The published figures are of the rows from here on. */
export const TAXI_ROWS: Rows = { skip: 10_000 };
/** From here on the weekdays of the perturbed series have another profile. */
const CHANGE = 13_152;
/** Updates that a network of 5 M rows has behind it, with one every four rows. */
const OLD_UPDATES = 1_250_000;

/** NYC taxi five steps ahead, beside what was published for it (Cui, Ahmad & Hawkins 2016). */
export async function measureTaxi(measurement: Measurement): Promise<BlockResult> {
  const { folder } = measurement;
  const [taxi, perturbed] = [join(folder, TAXI), join(folder, PERTURBED)];
  const skipped = [taxi, perturbed].filter((file) => !existsSync(file)).map((file) => `taxi: no ${file}`);
  const parts: { table: BenchTable; bars: readonly Bar[]; figures: object }[] = [];
  if (existsSync(taxi)) parts.push(await measurePlain(taxi, measurement));
  if (existsSync(perturbed)) parts.push(await measurePerturbed(perturbed, measurement));
  return {
    tables: parts.map(({ table }) => table),
    bars: parts.flatMap(({ bars }) => bars),
    skipped,
    figures: parts.map(({ figures }) => figures),
  };
}

/** The replay of a taxi file with these options of the stream. */
export function taxiJob(file: string, seed: number, set: readonly string[] = []): Omit<Job, 'name'> {
  return { file, value: 'passengers', time: 'time', horizons: [TAXI_STEPS], seed, set, isShared: set.length === 0 };
}

export function readPassengers(file: string): Float64Array {
  return toNumbers(columnOf(readTable(file), 'passengers'));
}

async function measurePlain(file: string, { seeds, replay }: Measurement) {
  const values = readPassengers(file);
  const replayed = await Promise.all(
    seeds.map((seed) => replay({ ...taxiJob(file, seed), name: `taxi/plain-${seed}.csv` })),
  );
  const figures = replayed.map(({ forecasts }) =>
    pointFigures(values, forecasts.get(TAXI_STEPS)!.mean, TAXI_STEPS, TAXI_ROWS),
  );
  const mape = atMost('taxi MAPE', median(figures.map((each) => each.mape)), 0.06);
  const nrmse = atMost('taxi NRMSE', median(figures.map((each) => each.nrmse)), 0.212);
  const own = [
    ['tidegate, median of the seeds', marked(mape.value.toFixed(4), [mape]), marked(nrmse.value.toFixed(4), [nrmse])],
    ...figures.map((each, i) => [`  seed ${seeds[i]}`, each.mape.toFixed(4), each.nrmse.toFixed(4)]),
  ];
  const table = {
    title: 'NYC taxi, 5 steps ahead, rows from 10,000 on',
    columns: ['model', 'MAPE', 'NRMSE'],
    rows: [...own, ...PUBLISHED_TAXI],
    notes: [`To reach: MAPE ≤ ${mape.bound}, NRMSE ≤ ${nrmse.bound}.`],
  };
  return { table, bars: [mape, nrmse], figures: { file: TAXI, figures } };
}

async function measurePerturbed(file: string, measurement: Measurement) {
  const values = readPassengers(file);
  const { seeds, replay } = measurement;
  const fresh = seeds.map(async (seed) => {
    const { forecasts } = await replay({ ...taxiJob(file, seed), name: `taxi/perturbed-${seed}.csv` });
    return windowFigures(values, forecasts.get(TAXI_STEPS)!.mean);
  });
  const aged = seeds.map(async (seed) => windowFigures(values, await forecastAged(file, seed, measurement)));
  const figures = { fresh: await Promise.all(fresh), aged: await Promise.all(aged) };
  const toReach = PERTURBED_WINDOWS.findIndex(({ isToReach }) => isToReach);
  const bar = atMost('perturbed taxi MAPE', median(figures.fresh.map((each) => each[toReach]!.mape)), 0.055);
  const line = (name: string, each: readonly (readonly PointFigures[])[], bars: readonly Bar[]): string[] => [
    name,
    ...PERTURBED_WINDOWS.map((_, w) =>
      marked(median(each.map((windows) => windows[w]!.mape)).toFixed(4), w === toReach ? bars : []),
    ),
    median(each.map((windows) => windows[toReach]!.nrmse)).toFixed(3),
  ];
  const table = {
    title: 'NYC taxi with weekdays that change at row 13,152, 5 steps ahead: MAPE after the change',
    columns: ['model', ...PERTURBED_WINDOWS.map(({ title }) => title), 'NRMSE to 15,000'],
    rows: [
      line('tidegate', figures.fresh, [bar]),
      line('tidegate, as old as 5 M rows', figures.aged, []),
      ...PUBLISHED_PERTURBED,
    ],
    notes: [
      `To reach: MAPE of the rows to 15,000 ≤ ${bar.bound}. Old: its learning rate has come down to where it stays.`,
    ],
  };
  return { table, bars: [bar], figures: { file: PERTURBED, ...figures } };
}

function windowFigures(values: Float64Array, mean: Float64Array): PointFigures[] {
  return PERTURBED_WINDOWS.map(({ rows }) => {
    const end = rows === undefined ? undefined : CHANGE + rows;
    return pointFigures(values, mean, TAXI_STEPS, { skip: CHANGE, end });
  });
}

/**
 * The same replay in two halves, the network between them made as old as one that has run for years: what depends on age
 * is the learning rate alone, which follows the count of updates; all else forgets within thousands of rows.
 */
async function forecastAged(file: string, seed: number, { work, replay }: Measurement): Promise<Float64Array> {
  const { rows, columns } = readTable(file);
  const folder = join(work, 'taxi');
  mkdirSync(folder, { recursive: true });
  const state = join(folder, `aged-${seed}.state`);
  rmSync(state, { force: true });
  const replayPart = async (part: string, from: number, to: number): Promise<Float64Array> => {
    const input = join(folder, `${part}-${seed}-input.csv`);
    const lines = [columns, ...rows.slice(from, to)].map((cells) => `${cells.join(',')}\n`);
    writeFileSync(input, lines.join(''));
    const job = { ...taxiJob(input, seed), isShared: false, state, name: `taxi/${part}-${seed}.csv` };
    const { forecasts } = await replay(job);
    rmSync(input);
    return forecasts.get(TAXI_STEPS)!.mean;
  };
  const before = await replayPart('before', 0, CHANGE);
  writeStateNumbers(state, '.network.updates', OLD_UPDATES);
  const after = await replayPart('after', CHANGE, rows.length);
  rmSync(state);
  return Float64Array.from([...before, ...after]);
}
