import { type Command, InvalidArgumentError } from 'commander';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import {
  type GradientReach,
  type LongMemoryReport,
  type MemoryScore,
  runLongMemory,
} from '../tools/memoryStudy/longMemory.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';

interface Flags {
  readonly rows: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function addMemoryCommand(program: Command, context: CliContext): void {
  program
    .command('memory')
    .description('show what a memory is for: plain recurrent network, LSTM and GRU on delayed recall; deterministic')
    .option('--rows <n>', 'rows that each network learns from', toRows, 100_000)
    .option('--seed <n>', 'seed of the stream and of the first weights', toSeed, 1)
    .option('--json', 'print the result as JSON')
    .action(async ({ rows, seed, json }: Flags) => {
      const { stdout, stop } = context;
      const progress = createProgress(context);
      const report = await runLongMemory({
        rows,
        seed,
        cells: ['rnn', 'lstm', 'gru'],
        stop,
        onProgress: (cell, row) => progress.show(`${cell}: ${row} of ${rows} rows`),
      });
      progress.clear();
      stdout.write(json ? `${toJson(report)}\n` : toText(report));
    });
}

function toRows(text: string): number {
  const rows = Number(text);
  if (!(Number.isInteger(rows) && rows >= 1000 && rows <= 1_000_000)) {
    throw new InvalidArgumentError('a whole number from 1000 to 1000000');
  }
  return rows;
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed > 4_294_967_295) {
    throw new InvalidArgumentError('a whole number from 0 to 4294967295');
  }
  return seed;
}

const MODES: Readonly<Record<MemoryScore['mode'], string>> = {
  online: '',
  frozen: ', frozen',
  'frozen, state wiped': ', frozen, state wiped',
};

/** Rows back that the table names. */
const LAGS = [1, 2, 5, 10, 20, 30, 40, 50, 60] as const;

function toText({ rows, seed, scores, reaches, isComplete }: LongMemoryReport): string {
  const lines = [
    `Delayed recall: a cue (A or B), 5 to 60 rows of noise, then go: which cue was it? ${rows} rows, seed ${seed}. The answer`,
    'is told one row later and learned from online. Share of right answers by lag; 0.5 is guessing.',
    '',
    renderTable(scoreColumns(scores), scores),
    'Over the last quarter of the goes. Learned: the row by which 95 % of the last 200 answers were right. Frozen: the',
    'weights as learned on a new stream of 60000 rows; wiped: h and c set to 0 once in each trial, between cue and go.',
    '',
    'Why: what is left of an error on its way back through time. Norm of the gradient of the answer by the state of this many',
    'rows before the go, mean over the goes with a lag of 50 to 60, with the first weights and with the learned ones:',
    '',
    renderTable(REACH_COLUMNS, reaches),
  ];
  if (!isComplete) lines.push('interrupted: what is missing was not measured');
  return `${lines.join('\n')}\n`;
}

function scoreColumns(scores: readonly MemoryScore[]): readonly Column<MemoryScore>[] {
  const groups = scores[0]?.groups ?? [];
  return [
    { title: 'network', text: ({ cell, mode }) => `${cell}${MODES[mode]}` },
    ...groups.map(
      ({ label }, g): Column<MemoryScore> => ({
        title: `lag ${label}`,
        text: (score) => score.groups[g]?.accuracy?.toFixed(3) ?? '-',
        align: 'right',
      }),
    ),
    {
      title: 'learned',
      text: ({ mode, learnedAt }) => (mode === 'online' ? String(learnedAt ?? 'never') : '-'),
      align: 'right',
    },
  ];
}

const REACH_COLUMNS: readonly Column<GradientReach>[] = [
  { title: 'rows back', text: ({ cell, stage }) => `${cell}, ${stage}` },
  ...LAGS.map(
    (lag): Column<GradientReach> => ({
      title: String(lag),
      text: ({ norms }) => norms[lag].toExponential(0),
      align: 'right',
    }),
  ),
];

function toJson({ rows, seed, scores, reaches, isComplete }: LongMemoryReport): string {
  return JSON.stringify({
    rows,
    seed,
    networks: scores.map(({ cell, mode, groups, learnedAt }) => ({
      cell,
      weights: mode === 'online' ? 'learning' : 'frozen',
      state: mode === 'frozen, state wiped' ? 'wiped' : 'kept',
      accuracy: groups.map(({ from, to, trials, accuracy }) => ({ lag_from: from, lag_to: to, trials, accuracy })),
      learned_at: learnedAt,
    })),
    gradients: reaches.map(({ cell, stage, norms }) => ({ cell, weights: stage, norm_by_lag: [...norms] })),
    complete: isComplete,
  });
}
