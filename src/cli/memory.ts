import { type Command, InvalidArgumentError } from 'commander';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import {
  type ClassStudyReport,
  type JudgeScore,
  runClassStudy,
  type TaskScores,
} from '../tools/memoryStudy/classStudy.ts';
import {
  type GradientReach,
  type LongMemoryReport,
  type MemoryMode,
  type MemoryScore,
  runLongMemory,
} from '../tools/memoryStudy/longMemory.ts';
import type { GroupScore } from '../tools/memoryStudy/recallScore.ts';
import type { UnitMemory } from '../tools/memoryStudy/unitMemory.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';

interface Flags {
  readonly rows: number;
  readonly seed: number;
  readonly classes?: boolean;
  readonly json?: boolean;
}

export function addMemoryCommand(program: Command, context: CliContext): void {
  program
    .command('memory')
    .description('show what a memory is for: plain recurrent network, LSTM and GRU on delayed recall; deterministic')
    .option('--rows <n>', 'rows that each network learns from', toRows, 100_000)
    .option('--seed <n>', 'seed of the stream and of the first weights', toSeed, 1)
    .option(
      '--classes',
      'the classes of rows that only earlier rows tell: delayed recall and film frames, beside judges without memory',
    )
    .option('--json', 'print the result as JSON')
    .action(async (flags: Flags) => {
      const text = flags.classes ? await studyClasses(flags, context) : await studyRecall(flags, context);
      context.stdout.write(text);
    });
}

async function studyRecall({ rows, seed, json }: Flags, context: CliContext): Promise<string> {
  const progress = createProgress(context);
  const report = await runLongMemory({
    rows,
    seed,
    cells: ['rnn', 'lstm', 'gru'],
    stop: context.stop,
    onProgress: (cell, row) => progress.show(`${cell}: ${row} of ${rows} rows`),
  });
  progress.clear();
  return json ? `${toJson(report)}\n` : toText(report);
}

async function studyClasses({ rows, seed, json }: Flags, context: CliContext): Promise<string> {
  const progress = createProgress(context);
  const report = await runClassStudy({
    rows,
    seed,
    judges: ['newest label', 'logistic regression', 'rnn', 'lstm', 'gru'],
    stop: context.stop,
    onProgress: (task, judge, row) => progress.show(`${task}, ${judge}: ${row} of ${rows} rows`),
  });
  progress.clear();
  return json ? `${classesToJson(report)}\n` : classesToText(report);
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

const MODES: Readonly<Record<MemoryMode, string>> = {
  online: '',
  frozen: ', frozen',
  'frozen, state wiped': ', frozen, state wiped',
};

const INTERRUPTED = 'interrupted: what is missing was not measured';

/** Rows back that the table names. */
const LAGS = [1, 2, 5, 10, 20, 30, 40, 50, 60] as const;

function toText({ rows, seed, scores, reaches, units, isComplete }: LongMemoryReport): string {
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
    'How long a unit holds what it has, and how far back the network looks, are two things. Rows after which half is left',
    'of a unit if nothing new comes in; goes whose largest share of all rows before them is that of the cue:',
    '',
    renderTable(UNIT_COLUMNS, units),
  ];
  if (!isComplete) lines.push(INTERRUPTED);
  return `${lines.join('\n')}\n`;
}

function scoreColumns(scores: readonly MemoryScore[]): readonly Column<MemoryScore>[] {
  return [{ title: 'network', text: ({ cell, mode }) => `${cell}${MODES[mode]}` }, ...lagColumns(scores)];
}

type LagScore = Pick<MemoryScore, 'mode' | 'groups' | 'learnedAt'>;

/** Accuracy by lag group, and when it was learned. */
function lagColumns(scores: readonly LagScore[]): readonly Column<LagScore>[] {
  const groups = scores[0]?.groups ?? [];
  return [
    ...groups.map(
      ({ label }, g): Column<LagScore> => ({
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

const UNIT_COLUMNS: readonly Column<UnitMemory>[] = [
  { title: 'half-lives', text: ({ cell }) => cell },
  ...(['shortest', 'median', 'longest', 'network'] as const).map(
    (name): Column<UnitMemory> => ({ title: name, text: (units) => units[name].toFixed(1), align: 'right' }),
  ),
  {
    title: 'cues found',
    text: ({ cuesFound: { found, goes } }) => `${found} of ${goes}`,
    align: 'right',
  },
];

function toJson({ rows, seed, scores, reaches, units, isComplete }: LongMemoryReport): string {
  return JSON.stringify({
    rows,
    seed,
    networks: scores.map((score) => ({ cell: score.cell, ...lagScoreToJson(score) })),
    gradients: reaches.map(({ cell, stage, norms }) => ({ cell, weights: stage, norm_by_lag: [...norms] })),
    half_lives: units.map(({ cuesFound, ...lives }) => ({ ...lives, cues_found: cuesFound })),
    complete: isComplete,
  });
}

function lagScoreToJson({ mode, groups, learnedAt }: LagScore): object {
  return {
    weights: mode === 'online' ? 'learning' : 'frozen',
    state: mode === 'frozen, state wiped' ? 'wiped' : 'kept',
    accuracy: groups.map(({ from, to, trials, accuracy }: GroupScore) => ({
      lag_from: from,
      lag_to: to,
      trials,
      accuracy,
    })),
    learned_at: learnedAt,
  };
}

const TASK_TEXTS: Readonly<Record<TaskScores['task'], readonly string[]>> = {
  recall: [
    'Delayed recall: a cue (a or b), 5 to 60 rows of noise, then go: the class of its row is the cue. 0.5 is guessing.',
  ],
  film: [
    'Film in small, frames of 6 numbers: an object crosses from left, from right, or none does; 5 to 40 dark frames; a flash.',
    'The class of the flash is what came before it (arrival, departure, alarm); 0.33 is guessing. Lag: frames since then.',
  ],
};

function classesToText({ rows, testRows, seed, tasks, isComplete }: ClassStudyReport): string {
  const lines = [
    `Classes that only earlier rows tell. ${rows} rows of each task, seed ${seed}. The class is told one row later and learned`,
    'from online. Share of right classes by lag:',
  ];
  for (const { task, scores } of tasks) lines.push('', ...TASK_TEXTS[task], renderTable(judgeColumns(scores), scores));
  lines.push(
    'Over the last quarter of the goes. Learned: the row by which 95 % of the last 200 were right. rnn, lstm, gru: classes as',
    'published with a network of that cell. Logistic regression: on the row alone. Frozen: what was learned on a new stream',
    `of ${testRows} rows without labels; wiped: h and c set to 0 once in each trial, four rows after what tells the class.`,
  );
  if (!isComplete) lines.push(INTERRUPTED);
  return `${lines.join('\n')}\n`;
}

function judgeColumns(scores: readonly JudgeScore[]): readonly Column<JudgeScore>[] {
  return [{ title: 'judge', text: ({ judge, mode }) => `${judge}${MODES[mode]}` }, ...lagColumns(scores)];
}

function classesToJson({ rows, testRows, seed, tasks, isComplete }: ClassStudyReport): string {
  return JSON.stringify({
    rows,
    test_rows: testRows,
    seed,
    tasks: tasks.map(({ task, scores }) => ({
      task,
      judges: scores.map((score) => ({ judge: score.judge, ...lagScoreToJson(score) })),
    })),
    complete: isComplete,
  });
}
