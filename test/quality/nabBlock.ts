import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../bench/report.ts';
import { atLeast, marked } from './bars.ts';
import type { BlockResult, Measurement } from './block.ts';
import { holdOff, NAB_PROFILES, NabCorpus, type NabScore } from './nab.ts';
import { type NabFile, readNabFiles } from './nabFiles.ts';

/** Rule of a live system: an alarm needs this score, and this number of rows since the last alarm. */
const THRESHOLD = 1;
const HOLD_OFF_ROWS = 100;
/** Thresholds that are tried with the hold-off: a twentieth apart. */
const TRIED: readonly number[] = Array.from({ length: 72 }, (_, i) => 0.25 * 1.05 ** i);

/** numenta/NAB, README: standard, low FP, low FN. */
const SCOREBOARD: readonly (readonly string[])[] = [
  ['ARTime', '74.9', '65.1', '80.4'],
  ['Numenta HTM', '70.5', '62.6', '75.2'],
  ['CAD OSE', '69.9', '67.0', '73.2'],
  ['earthgecko Skyline', '58.2', '46.2', '63.9'],
  ['KNN CAD', '58.0', '43.4', '64.8'],
  ['Relative Entropy', '54.6', '47.6', '58.8'],
  ['Random Cut Forest', '51.7', '38.4', '59.7'],
  ['Twitter ADVec', '47.1', '33.6', '53.5'],
  ['Windowed Gaussian', '39.6', '20.9', '47.4'],
  ['Etsy Skyline', '35.7', '27.1', '44.5'],
];

const WAYS = ['shipped', 'tuned', 'searched'] as const;
type Way = (typeof WAYS)[number];

const TITLES: Readonly<Record<Way, string>> = {
  shipped: 'tidegate, alarms as shipped',
  tuned: 'tidegate, alarms, threshold tuned',
  searched: 'tidegate, all rows, threshold tuned',
};

/** By profile, in their order. */
type Scores = Readonly<Record<Way, readonly NabScore[]>>;

/** Anomaly scores with all defaults on the Numenta Anomaly Benchmark. */
export async function measureNab({ folder, seeds, replay }: Measurement): Promise<BlockResult> {
  const nab = join(folder, 'nab');
  if (!existsSync(nab)) return { tables: [], bars: [], skipped: [`nab: no folder ${nab}`], figures: [] };
  const files = readNabFiles(nab);
  const corpus = new NabCorpus(files);
  const results = await Promise.all(
    seeds.map(async (seed) =>
      scoreAll(corpus, await Promise.all(files.map((file) => anomalyScores(file, seed, replay)))),
    ),
  );
  const of = (way: Way, profile: number): number => median(results.map((scores) => scores[way][profile]!.normalised));
  const tuned = atLeast('NAB standard, threshold tuned', of('tuned', 0), 71);
  const shipped = atLeast('NAB standard, alarms as shipped', of('shipped', 0), 71);
  const bars = { shipped: [shipped], tuned: [tuned], searched: [] };
  const own = WAYS.map((way) => [
    TITLES[way],
    ...NAB_PROFILES.map((_, p) => marked(of(way, p).toFixed(1), p === 0 ? bars[way] : [])),
    results.map((scores) => scores[way][0]!.normalised.toFixed(1)).join(' '),
    results.map((scores) => scores[way][0]!.threshold.toFixed(2)).join(' '),
  ]);
  const table = {
    title: `Numenta Anomaly Benchmark, ${files.length} files`,
    columns: ['detector', ...NAB_PROFILES.map(({ name }) => name), 'standard by seed', 'threshold'],
    rows: [...own, ...SCOREBOARD.map((row) => [...row, '', ''])],
    notes: [
      `To reach: ≥ ${shipped.bound} as shipped (score ≥ ${THRESHOLD}, one alarm in ${HOLD_OFF_ROWS} rows), ≥ ${tuned.bound} with one threshold tuned on the whole corpus, as the scoreboard's are.`,
    ],
  };
  return { tables: [table], bars: [shipped, tuned], skipped: [], figures: results };
}

async function anomalyScores(file: NabFile, seed: number, replay: Measurement['replay']): Promise<Float64Array> {
  const { name, path } = file;
  const job = { file: path, value: 'value', time: 'timestamp', horizons: [1], seed };
  const { anomalyScore } = await replay({ ...job, name: `nab/${seed}/${name}` });
  return anomalyScore.map((score) => (Number.isNaN(score) ? 0 : score));
}

/** (rows): 1 where an alarm starts, 0 elsewhere. */
export function startScores(isActive: Uint8Array): Float64Array {
  return Float64Array.from(isActive, (now, row) => Number(now === 1 && isActive[row - 1] !== 1));
}

export function scoreAll(corpus: NabCorpus, scores: readonly Float64Array[]): Scores {
  const alarms = (threshold: number): readonly NabScore[] => {
    const ranked = corpus.rank(
      scores.map((each) => holdOff(each, threshold, HOLD_OFF_ROWS)),
      threshold,
    );
    return NAB_PROFILES.map((profile) => corpus.score(ranked, profile, threshold));
  };
  const tried = TRIED.map(alarms);
  const ranked = corpus.rank(scores);
  return {
    shipped: alarms(THRESHOLD),
    tuned: NAB_PROFILES.map((_, p) => tried.map((each) => each[p]!).reduce(better)),
    searched: NAB_PROFILES.map((profile) => corpus.score(ranked, profile)),
  };
}

function better(a: NabScore, b: NabScore): NabScore {
  return b.normalised > a.normalised ? b : a;
}
