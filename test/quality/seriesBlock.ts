import { join } from 'node:path';
import { median } from '../bench/report.ts';
import { atLeast, atMost, type Bar, marked } from './bars.ts';
import type { BaselineName } from './baselines.ts';
import type { BlockResult, Measurement } from './block.ts';
import { readTable, timeColumnOf, toSeries } from './csvSeries.ts';
import { type Reference, referenceOf, type Score, scoreReplay } from './scoreSeries.ts';
import { nameOf, type SeriesEntry } from './settings.ts';

const MAE_OVER_BEST = 1.01;
const GEOMETRIC_MEAN = 0.955;
const COVERAGE = { least: 0.88, most: 0.92 };
/** Where fewer rows than this stay the same, the interval may not be too wide either. */
const NEARLY_ALL_CHANGE = 0.05;
const WIDTH = 1.1;

interface Result {
  readonly name: string;
  readonly entry: SeriesEntry;
  readonly steps: number;
  readonly reference: Reference;
  /** In the order of the seeds. */
  readonly scores: readonly (Score & { readonly rowsPerCpuSecond: number })[];
}

/** Every recorded series against every baseline; each figure is the median of the seeds. */
export async function measureSeries(measurement: Measurement): Promise<BlockResult> {
  const settled = await Promise.allSettled(measurement.entries.map((entry) => measureEntry(entry, measurement)));
  const results = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = settled.flatMap((each, i) =>
    each.status === 'rejected' ? [`${measurement.entries[i]!.file}: ${(each.reason as Error).message}`] : [],
  );
  const counted = results.filter(({ entry }) => entry.counted).map((result) => of(result, 'maeOverBest'));
  const total =
    counted.length === 0 ? [] : [atMost('geometric mean of MAE/best', geometricMean(counted), GEOMETRIC_MEAN)];
  const bars = results.map((result) => barsOf(result));
  return {
    tables: results.length === 0 ? [] : [errorTable(results, bars, total), intervalTable(results, bars)],
    bars: [
      ...bars.flatMap(({ mae, coverage, changed, width, missing }) => [
        ...mae,
        ...coverage,
        ...changed,
        ...width,
        ...missing,
      ]),
      ...total,
    ],
    skipped: [],
    failed,
    figures: results.map(({ name, reference, scores }) => ({
      name,
      baselines: Object.fromEntries(reference.baselines),
      scores,
    })),
  };
}

async function measureEntry(entry: SeriesEntry, { folder, seeds, replay }: Measurement): Promise<Result[]> {
  const { file, value, horizons, set } = entry;
  const table = readTable(join(folder, file));
  const time = timeColumnOf(table, entry.time);
  const series = toSeries(table, value, time);
  const rows = { skip: entry.skip ?? Math.floor(series.values.length / 10), end: entry.end };
  const replays = seeds.map((seed) => {
    const name = `series/${nameOf(entry, horizons.join(','))}-${seed}.csv`;
    return replay({ name, file: join(folder, file), value, time, horizons, seed, set, isShared: true });
  });
  const replayed = await Promise.all(replays);
  return horizons.map((steps) => {
    const reference = referenceOf(series, steps, entry, rows);
    const scores = replayed.map(({ forecasts, rows: count, cpuSeconds }) => ({
      ...scoreReplay(reference, forecasts.get(steps)!),
      rowsPerCpuSecond: count / cpuSeconds,
    }));
    return { name: nameOf(entry, String(steps)), entry, steps, reference, scores };
  });
}

function of({ scores }: Result, figure: keyof Result['scores'][number]): number {
  return median(scores.map((score) => score[figure]));
}

interface SeriesBars {
  readonly mae: readonly Bar[];
  readonly coverage: readonly Bar[];
  readonly changed: readonly Bar[];
  readonly width: readonly Bar[];
  readonly missing: readonly Bar[];
}

function barsOf(result: Result): SeriesBars {
  const { name, entry, steps, scores } = result;
  const coverage = of(result, 'coverage');
  const isMoving = of(result, 'unchanged') < NEARLY_ALL_CHANGE;
  const wanted = entry.width[steps];
  const missing = Math.max(...scores.map((score) => score.missing + score.withoutInterval));
  return {
    mae: [atMost(`${name} MAE/best`, of(result, 'maeOverBest'), MAE_OVER_BEST)],
    coverage: [
      atLeast(`${name} coverage`, coverage, COVERAGE.least),
      ...(isMoving ? [atMost(`${name} coverage`, coverage, COVERAGE.most)] : []),
    ],
    changed: [atLeast(`${name} coverage of changed rows`, of(result, 'coverageChanged'), COVERAGE.least)],
    width: wanted === undefined ? [] : [atMost(`${name} width`, of(result, 'widthInPersistence'), WIDTH * wanted)],
    missing: [atMost(`${name} rows without forecast or interval`, missing, 0)],
  };
}

const BASELINES: readonly (readonly [BaselineName, string])[] = [
  ['lastValue', '/last value'],
  ['day', '/day ago'],
  ['week', '/week ago'],
  ['ar', '/AR'],
  ['seasonalAr', '/seasonal AR'],
];

function errorTable(results: readonly Result[], bars: readonly SeriesBars[], total: readonly Bar[]) {
  const rows = results.map((result, i) => {
    const mae = of(result, 'mae');
    const over = BASELINES.map(([baseline]) => {
      const figures = result.reference.baselines.get(baseline);
      return figures === undefined ? '-' : (mae / figures.mae).toFixed(3);
    });
    const each = result.scores.map(({ maeOverBest }) => maeOverBest.toFixed(3)).join(' ');
    const best = marked(of(result, 'maeOverBest').toFixed(3), (bars[i] as SeriesBars).mae);
    return [result.name, mae.toPrecision(4), ...over, best, each, of(result, 'rmseOverBest').toFixed(3)];
  });
  const mean = total.map((bar) => [
    'geometric mean',
    '',
    '',
    '',
    '',
    '',
    '',
    marked(bar.value.toFixed(3), [bar]),
    '',
    '',
  ]);
  return {
    title: 'Errors of the forecasts: MAE, and its ratio to that of each baseline and of the best one in hindsight',
    columns: ['series@horizon', 'MAE', ...BASELINES.map(([, title]) => title), '/best', 'by seed', 'RMSE/best'],
    rows: [...rows, ...mean],
    notes: [`To reach: MAE/best ≤ ${MAE_OVER_BEST} each, geometric mean ≤ ${GEOMETRIC_MEAN}. Medians of the seeds.`],
  };
}

function intervalTable(results: readonly Result[], bars: readonly SeriesBars[]) {
  const rows = results.map((result, i) => {
    const { coverage, changed, width, missing } = bars[i] as SeriesBars;
    const wanted = result.entry.width[result.steps];
    return [
      result.name,
      marked(of(result, 'coverage').toFixed(3), coverage),
      marked(of(result, 'coverageChanged').toFixed(3), changed),
      `${(100 * of(result, 'unchanged')).toFixed(1)} %`,
      marked(of(result, 'widthInPersistence').toFixed(2), width),
      wanted === undefined ? '-' : wanted.toFixed(2),
      marked(String((missing[0] as Bar).value), missing),
      of(result, 'rowsPerCpuSecond').toFixed(0),
    ];
  });
  return {
    title: 'The 90 % interval; its mean width in mean absolute errors of the last value',
    columns: [
      'series@horizon',
      'coverage',
      'of changed rows',
      'unchanged',
      'width',
      'reference',
      'missing',
      'rows/CPU-s',
    ],
    rows,
    notes: [
      `To reach: coverage ≥ ${COVERAGE.least} overall and of changed rows, ≤ ${COVERAGE.most} where under ${100 * NEARLY_ALL_CHANGE} % of the rows are unchanged; width ≤ ${WIDTH} × reference.`,
    ],
  };
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
