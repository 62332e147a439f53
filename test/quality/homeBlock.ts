import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/tools/demo/sensors/random.ts';
import { median } from '../bench/report.ts';
import { atMost, type Bar, marked } from './bars.ts';
import type { BaselineName } from './baselines.ts';
import type { BlockResult, Measurement } from './block.ts';
import { readTable, toSeries } from './csvSeries.ts';
import { HOME_STREAMS, type HomeStream } from './homeStreams.ts';
import { referenceOf, type Score, scoreReplay } from './scoreSeries.ts';
import { readStateNumber } from './stateNumbers.ts';

interface Run {
  readonly seed: number;
  readonly rows: number;
  /** True readings that the input guard did not believe. */
  readonly doubted: number;
  /** In the order of the horizons. */
  readonly scores: readonly (Score & { readonly best: BaselineName })[];
}

const MAE_OVER_BEST = 1.01;

/** Streams as homes have them: never worse than the best baseline, never without an answer, no reading doubted. */
export async function measureHome(measurement: Measurement): Promise<BlockResult> {
  const results = await Promise.all(
    HOME_STREAMS.map(async (stream) => ({
      stream,
      runs: await Promise.all(measurement.homeSeeds.map((seed) => measureRun(stream, seed, measurement))),
    })),
  );
  const lines = results.flatMap(({ stream, runs }) => stream.horizons.map((_, h) => toLine(stream, runs, h)));
  const table = {
    title: `Streams of a home, made by the program: ${measurement.homeSeeds.length} seeds`,
    columns: [
      'stream@horizon',
      'rows',
      'MAE/best',
      'worst seed',
      'over',
      'best',
      'of changed rows',
      'missing',
      'doubted',
    ],
    rows: lines.map(({ cells }) => cells),
    notes: [
      `To reach: MAE/best ≤ ${MAE_OVER_BEST} (median), nothing missing, nothing doubted. Over: seeds above it; best: the best baseline of most seeds; of changed rows: coverage of the 90 % interval.`,
    ],
  };
  return { tables: [table], bars: lines.flatMap(({ bars }) => bars), skipped: [], figures: results };
}

async function measureRun(stream: HomeStream, seed: number, { work, replay }: Measurement): Promise<Run> {
  const { name, horizons, skip, day } = stream;
  const stem = `home/${name.replace(/\W+/g, '-')}-${seed}`;
  const file = join(work, `${stem}.input.csv`);
  const state = join(work, `${stem}.state`);
  mkdirSync(join(work, 'home'), { recursive: true });
  const rows = stream.make(createRandom(seed));
  const lines = rows.map(({ at, value }) => `${new Date(at).toISOString().slice(0, 19)},${value}\n`);
  writeFileSync(file, `time,value\n${lines.join('')}`);
  rmSync(state, { force: true });
  const job = { file, value: 'value', time: 'time', horizons, seed, state, name: `${stem}.csv` };
  const { forecasts, dropped } = await replay(job);
  const doubted = rows.length - dropped - readStateNumber(state, 'learner.row.readings');
  const series = toSeries(readTable(file), 'value', 'time');
  const week = day === undefined ? undefined : 7 * day;
  const scores = horizons.map((steps) => {
    const reference = referenceOf(series, steps, { day, week }, { skip });
    return { ...scoreReplay(reference, forecasts.get(steps)!), best: reference.best };
  });
  rmSync(file);
  rmSync(state);
  return { seed, rows: rows.length, doubted, scores };
}

function toLine({ name, horizons }: HomeStream, runs: readonly Run[], h: number) {
  const title = `${name}@${horizons[h]}`;
  const scores = runs.map((run) => run.scores[h]!);
  const ratios = scores.map(({ maeOverBest }) => maeOverBest);
  const mae = atMost(`${title} MAE/best`, median(ratios), MAE_OVER_BEST);
  const missing = atMost(`${title} missing`, sum(scores.map((score) => score.missing + score.withoutInterval)), 0);
  const doubted = atMost(`${title} doubted`, sum(runs.map((run) => run.doubted)), 0);
  const bars: readonly Bar[] = h === 0 ? [mae, missing, doubted] : [mae, missing];
  const cells = [
    title,
    median(runs.map(({ rows }) => rows)).toFixed(0),
    marked(mae.value.toFixed(3), [mae]),
    Math.max(...ratios).toFixed(3),
    String(ratios.filter((ratio) => ratio > MAE_OVER_BEST).length),
    mostFrequent(scores.map(({ best }) => best)),
    median(scores.map(({ coverageChanged }) => coverageChanged)).toFixed(3),
    marked(String(missing.value), [missing]),
    h === 0 ? marked(String(doubted.value), [doubted]) : '',
  ];
  return { cells, bars };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mostFrequent<T>(values: readonly T[]): string {
  const count = (value: T): number => values.filter((other) => other === value).length;
  return String(values.reduce((a, b) => (count(b) > count(a) ? b : a)));
}
