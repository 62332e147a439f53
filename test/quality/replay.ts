import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { columnOf, readTable, toNumbers } from './csvSeries.ts';
import type { ForecastColumns } from './forecastMetrics.ts';

/** One run of `tidegate replay`, as a user would start it. */
export interface ReplayJob {
  readonly file: string;
  readonly value: string;
  readonly time?: string | undefined;
  readonly horizons: readonly number[];
  readonly seed: number;
  readonly set?: readonly string[];
  readonly state?: string;
  /** Where the forecasts go. */
  readonly out: string;
  /** Leave them there. */
  readonly keep: boolean;
}

export interface Replayed {
  readonly rows: number;
  /** Rows that were no sample of the stream: dropped for whatever reason. */
  readonly dropped: number;
  readonly forecasts: ReadonlyMap<number, ForecastColumns>;
  /** NaN where there is none. */
  readonly anomalyScore: Float64Array;
  /** 1 where an alarm was on. */
  readonly isAnomaly: Uint8Array;
  /** CPU time of the whole process, its start included. */
  readonly cpuSeconds: number;
}

const PROGRAM = 'dist/main.js';
const REPORT_CPU = './test/quality/reportCpu.mjs';

/** @throws Error with the program's own words where it fails */
export async function runReplay(job: ReplayJob): Promise<Replayed> {
  mkdirSync(dirname(job.out), { recursive: true });
  const report = await runProgram(toArguments(job));
  try {
    return { ...readForecasts(job), ...report };
  } finally {
    if (!job.keep) rmSync(job.out);
  }
}

function toArguments({ file, value, time, horizons, seed, set = [], state, out }: ReplayJob): string[] {
  return [
    'replay',
    file,
    ...['--value', value],
    ...(time === undefined ? [] : ['--time', time]),
    ...['--horizons', horizons.join(',')],
    ...['--seed', String(seed)],
    ...set.flatMap((item) => ['--set', item]),
    ...(state === undefined ? [] : ['--state', state]),
    ...['--out', out],
    '--json',
  ];
}

async function runProgram(args: readonly string[]): Promise<Pick<Replayed, 'dropped' | 'cpuSeconds'>> {
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, ['--import', REPORT_CPU, PROGRAM, ...args], { stdio: [...stdio] });
  const read = (descriptor: number): Promise<string> => text(child.stdio[descriptor] as Readable);
  const [report, complaint, cpu, [status]] = await Promise.all([read(1), read(2), read(3), once(child, 'exit')]);
  if (status !== 0) throw new Error(`replay ${args[1]} ended with ${status}: ${complaint.trim()}`);
  const { dropped } = JSON.parse(report) as { readonly dropped: Readonly<Record<string, number>> };
  const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return { dropped: drops, cpuSeconds: Number(cpu) / 1e6 };
}

function readForecasts({ out, file, value, horizons }: ReplayJob): Omit<Replayed, 'cpuSeconds' | 'dropped'> {
  const table = readTable(out);
  const given = columnOf(readTable(file), value);
  const cells = columnOf(table, 'value');
  if (cells.length !== given.length || cells.some((cell, row) => cell !== given[row])) {
    throw new Error(`replay ${file}: not one output row for each row of the series`);
  }
  const numbers = (column: string): Float64Array => toNumbers(columnOf(table, column));
  const forecasts = new Map(
    horizons.map((h) => [h, { mean: numbers(`pred_${h}`), lower: numbers(`lo_${h}`), upper: numbers(`hi_${h}`) }]),
  );
  const isAnomaly = Uint8Array.from(columnOf(table, 'anomaly'), (cell) => Number(cell === 'true'));
  return { rows: cells.length, forecasts, anomalyScore: numbers('anomaly_score'), isAnomaly };
}
