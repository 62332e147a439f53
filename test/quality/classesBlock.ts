import { join } from 'node:path';
import type { BenchTable } from '../bench/benchTables.ts';
import { atLeast, atMost, type Bar, describeBar } from './bars.ts';
import type { BlockResult, Measurement } from './block.ts';
import { measureClassCost } from './classes/classCost.ts';
import { runClasses, scoreClasses } from './classes/classRun.ts';
import { type ClassSeries, film, type LabelPlan, labelsOf, washer } from './classes/classSeries.ts';
import { memoryless } from './classes/memoryless.ts';
import { recallAccuracy } from './classes/recall.ts';
import { lastLabel, RIVER, readRoom } from './classes/room.ts';

const WASHER_ROWS = 100_000;
const FILM_ROWS = 200_000;
/** Two hours. */
const LATE = 720;
/** Forms and constants were chosen on seeds below this. */
const FIRST_SEED = 10;
const NOISE = 0.005;

interface Line {
  readonly name: string;
  /** One figure a seed. */
  readonly figures: readonly number[];
  readonly others: string;
}

/** Classes taught by late and partial labels: each answer is given before the label of its row can be known. */
export async function measureClasses({ folder, seeds }: Measurement): Promise<BlockResult> {
  const held = seeds.map((seed) => FIRST_SEED + seed);
  const results = [washerPart(held), filmPart(held), recallPart(held), roomPart(folder, held), costPart()];
  const bars = results.flatMap((result) => result.bars);
  return {
    tables: results.map(({ title, lines, bars: own }) => tableOf(title, lines, own)),
    bars,
    skipped: [],
    figures: results.map(({ title, lines }) => ({ title, lines })),
  };
}

interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly bars: readonly Bar[];
}

const WASHER_PLANS: readonly (readonly [string, LabelPlan])[] = [
  ['5 % labelled, 2 h late', { share: 0.05, delay: LATE }],
  ['all labelled, at once', { share: 1, delay: 0 }],
  ['5 % labelled, 2 h late, 5 % of them wrong', { share: 0.05, delay: LATE, wrong: 0.05 }],
  ['whole programmes, 5 % of them, 2 h late', { share: 0.05, delay: LATE, isByPart: true }],
  ['all labelled, at once, until the middle', { share: 1, delay: 0, until: WASHER_ROWS / 2 }],
];

function washerPart(seeds: readonly number[]): Part {
  const half = WASHER_ROWS / 2;
  const lines = WASHER_PLANS.map(([name, plan]): Line & { readonly plain: number } => {
    const figures: number[] = [];
    const plain: number[] = [];
    for (const seed of seeds) {
      const series = washer(WASHER_ROWS, seed);
      const labels = labelsOf(series, plan, seed);
      figures.push(scoreClasses(series, runClasses(series, labels, { seed }).answers, half).f1);
      plain.push(scoreClasses(series, memoryless(series, labels), half).f1);
    }
    return { name, figures, plain: mean(plain), others: `without memory ${mean(plain).toFixed(3)}` };
  });
  const [late, atOnce, wrong] = lines as [(typeof lines)[0], Line, Line];
  return {
    title: 'classes: washing machine by its power, macro F1 of the second half',
    lines,
    bars: [
      atLeast('washer, 5 % late, F1', mean(late.figures), 0.85),
      atMost('washer, 5 % late, F1 without memory', late.plain, 0.65),
      atLeast('washer, all at once, F1', mean(atOnce.figures), 0.95),
      atMost('washer, loss of F1 by 5 % wrong labels', mean(late.figures) - mean(wrong.figures), 0.05),
    ],
  };
}

/** Share of the flashes of the last quarter that are judged right. */
function flashesOf(seed: number, cell: 'lstm' | 'rnn'): number {
  const series = film(FILM_ROWS, seed);
  const labels = labelsOf(series, { share: 1, delay: 1 }, seed);
  return shareOfFlashes(series, runClasses(series, labels, { seed, cell, classify: { longestLag: 45 } }).answers);
}

function shareOfFlashes({ truth }: ClassSeries, answers: Int8Array): number {
  let right = 0;
  let all = 0;
  for (let row = Math.floor(0.75 * truth.length); row < truth.length; row++) {
    if (truth[row] === 0) continue;
    all++;
    if (answers[row] === truth[row]) right++;
  }
  return right / all;
}

function filmPart(seeds: readonly number[]): Part {
  const lines = (['lstm', 'rnn'] as const).map((cell): Line => {
    return { name: cell, figures: seeds.map((seed) => flashesOf(seed, cell)), others: '' };
  });
  const plain = seeds.map((seed) => {
    const series = film(FILM_ROWS, seed);
    return shareOfFlashes(series, memoryless(series, labelsOf(series, { share: 1, delay: 1 }, seed)));
  });
  const [lstm, rnn] = lines as readonly Line[] as [Line, Line];
  return {
    title: 'classes: film in small, share of flashes judged right in the last quarter of 200,000 frames',
    lines: [...lines, { name: 'without memory', figures: plain, others: '' }],
    bars: [
      atLeast('film, flashes', mean(lstm.figures), 0.97),
      atMost('film, flashes, plain recurrent cell', mean(rnn.figures), 0.65),
      atMost('film, flashes, without memory', mean(plain), 0.4),
    ],
  };
}

function recallPart(seeds: readonly number[]): Part {
  const lines = (['lstm', 'rnn'] as const).map((cell): Line => {
    return { name: cell, figures: seeds.map((seed) => recallAccuracy(seed, cell)), others: '' };
  });
  const [lstm, rnn] = lines as readonly Line[] as [Line, Line];
  return {
    title: 'classes: delayed recall, share of right answers at lags of 50 and more',
    lines,
    bars: [
      atLeast('recall at lags of 50 and more', mean(lstm.figures), 0.98),
      atMost('recall at lags of 50 and more, plain recurrent cell', mean(rnn.figures), 0.65),
    ],
  };
}

function roomPart(folder: string, seeds: readonly number[]): Part {
  const bars: Bar[] = [];
  const lines = RIVER.map(({ columns, delay, accuracy: river }) => {
    const series = readRoom(join(folder, 'room_occupancy.csv'), columns);
    const labels = labelsOf(series, { share: 1, delay }, 1);
    const figures = seeds.map((seed) => scoreClasses(series, runClasses(series, labels, { seed }).answers, 0).accuracy);
    const last = scoreClasses(series, lastLabel(series, labels), 0).accuracy;
    const name = `${columns.join(' and ')}, labels ${delay} rows late`;
    bars.push(atLeast(`room, ${name}, beside river's logistic regression`, mean(figures) - river, -NOISE));
    bars.push(atLeast(`room, ${name}, beside the newest label`, mean(figures) - last, -NOISE));
    return { name, figures, others: `river ${river.toFixed(4)}, newest label ${last.toFixed(4)}` };
  });
  return { title: 'classes: is the room occupied, accuracy over all rows', lines, bars };
}

function costPart(): Part {
  const cost = measureClassCost();
  return {
    title: 'classes: cost beside a learner with the standard profile, eight classes',
    lines: [
      { name: 'share of the CPU time of a reading, from the 16,000th on', figures: [cost.share], others: '' },
      { name: 'the same with a longest lag', figures: [cost.shareWithLag], others: '' },
      { name: 'share before the 16,000th', figures: [cost.shareYoung], others: '' },
      { name: 'the same with a longest lag, before it', figures: [cost.shareYoungWithLag], others: '' },
      { name: 'KiB besides the rows that are kept', figures: [cost.bytes / 1024], others: '' },
    ],
    bars: [
      atMost('classes, share of CPU time', cost.share, 0.1),
      atMost('classes, share of CPU time with a longest lag', cost.shareWithLag, 0.15),
      atMost('classes, share of CPU time before the 16,000th reading', cost.shareYoung, 0.1),
      atMost('classes, share of CPU time before the 16,000th reading with a longest lag', cost.shareYoungWithLag, 0.15),
      atMost('classes, KiB besides kept rows', cost.bytes / 1024, 28),
    ],
  };
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

function tableOf(title: string, lines: readonly Line[], bars: readonly Bar[]): BenchTable {
  return {
    title,
    columns: ['', 'mean', 'least', 'most', 'beside it'],
    rows: lines.map(({ name, figures, others }) => {
      const shown = [mean(figures), Math.min(...figures), Math.max(...figures)].map((figure) => figure.toFixed(4));
      return [name, ...shown, others];
    }),
    notes: bars.map((bar) => `${describeBar(bar)}${bar.isMet ? '' : ': missed'}`),
  };
}
