import { NO_LABEL } from '../../model/labelBlock.ts';
import { type ClassTask, FILM_WAIT, filmFrames, recallAsClasses } from './classTask.ts';
import type { MemoryCell, MemoryMode } from './longMemory.ts';
import {
  type GroupScore,
  LAG_GROUPS,
  type LagAnswer,
  type LagGroup,
  learnedAt,
  scoreByLag,
  scoredPart,
} from './recallScore.ts';
import { NetworkJudge, NewestLabelJudge, RegressionJudge, type RowJudge } from './rowJudge.ts';

type JudgeName = 'newest label' | 'logistic regression' | MemoryCell;
type TaskName = 'recall' | 'film';

export interface JudgeScore {
  readonly judge: JudgeName;
  readonly mode: MemoryMode;
  readonly groups: readonly GroupScore[];
  /** Row at which 95 % of the last 200 answers were right; null where that never was, or nothing was learned. */
  readonly learnedAt: number | null;
}

export interface TaskScores {
  readonly task: TaskName;
  readonly scores: readonly JudgeScore[];
}

export interface ClassStudyReport {
  readonly rows: number;
  /** Rows of the stream on which what was learned is tested. */
  readonly testRows: number;
  readonly seed: number;
  readonly tasks: readonly TaskScores[];
  /** False where it was stopped: what had not been measured is missing. */
  readonly isComplete: boolean;
}

export interface ClassStudyOptions {
  /** Rows that each judge lives through, of each task. */
  readonly rows: number;
  readonly seed: number;
  readonly judges: readonly JudgeName[];
  readonly stop: AbortSignal;
  readonly onProgress?: (task: TaskName, judge: JudgeName, row: number) => void;
}

/** Rows of the stream on which what was learned is tested, at most. */
const MOST_TEST_ROWS = 20_000;
/** Between two looks at the outside world. */
const SLICE = 1000;
/** Rows from a cue to the loss of the state: a network is given differences to the last three rows, and these must not show the cue. */
const WIPED_AFTER = 4;

const FILM_GROUPS: readonly LagGroup[] = [
  { label: '≤ 10', from: FILM_WAIT.least + 1, to: 10 },
  { label: '11–20', from: 11, to: 20 },
  { label: '21–30', from: 21, to: 30 },
  { label: '≥ 31', from: 31, to: FILM_WAIT.most + 1 },
];

interface TaskKind {
  readonly name: TaskName;
  readonly create: (rows: number, seed: number) => ClassTask;
  readonly groups: readonly LagGroup[];
}

const TASKS: readonly TaskKind[] = [
  { name: 'recall', create: recallAsClasses, groups: LAG_GROUPS },
  { name: 'film', create: filmFrames, groups: FILM_GROUPS },
];

/** Classes that only earlier rows tell, judged with memories of different kinds and without one: who can say them, over which lags. */
export async function runClassStudy(options: ClassStudyOptions): Promise<ClassStudyReport> {
  const { rows, seed, stop } = options;
  const tasks: TaskScores[] = [];
  for (const kind of TASKS) {
    if (stop.aborted) break;
    tasks.push({ task: kind.name, scores: await runTask(kind, options) });
  }
  return { rows, testRows: testRowsOf(rows), seed, tasks, isComplete: !stop.aborted };
}

function testRowsOf(rows: number): number {
  return Math.min(rows, MOST_TEST_ROWS);
}

async function runTask(kind: TaskKind, options: ClassStudyOptions): Promise<readonly JudgeScore[]> {
  const { rows, seed, judges, stop } = options;
  const task = kind.create(rows, seed);
  const scores: JudgeScore[] = [];
  for (const name of judges) {
    if (stop.aborted) break;
    const judge = createJudge(name, task, seed);
    try {
      const answers = await live(judge, task, stop, (row) => options.onProgress?.(kind.name, name, row));
      if (answers === undefined) break;
      const groups = scoreByLag(scoredPart(answers), kind.groups);
      scores.push({ judge: name, mode: 'online', groups, learnedAt: learnedAt(answers) });
      if (name === 'lstm' && judge instanceof NetworkJudge) {
        scores.push(...testState(judge, name, kind.create(testRowsOf(rows), seed + 1), kind.groups));
      }
    } finally {
      judge.free();
    }
  }
  return scores;
}

function createJudge(name: JudgeName, task: ClassTask, seed: number): RowJudge {
  if (name === 'newest label') return new NewestLabelJudge();
  if (name === 'logistic regression') return new RegressionJudge(task);
  return new NetworkJudge(name, task, seed);
}

/** @returns what was said at the goes; undefined where it was stopped */
async function live(
  judge: RowJudge,
  task: ClassTask,
  stop: AbortSignal,
  onProgress: (row: number) => void,
): Promise<readonly LagAnswer[] | undefined> {
  const answers: LagAnswer[] = [];
  for (let row = 0; row < task.rows; row++) {
    if (row > 0 && row % SLICE === 0) {
      onProgress(row);
      await new Promise((resolve) => setImmediate(resolve));
      if (stop.aborted) return undefined;
    }
    answerRow(judge, task, row, answers);
    if (judge instanceof NetworkJudge) judge.learn();
    const late = row === 0 ? NO_LABEL : task.labels[row - 1];
    if (late !== NO_LABEL) judge.teach(late);
  }
  return answers;
}

/** answers: one more where the row is a go */
function answerRow(judge: RowJudge, { x, fields, trials }: ClassTask, row: number, answers: LagAnswer[]): void {
  const said = judge.judge(x.subarray(row * fields, (row + 1) * fields));
  const trial = trials[answers.length];
  if (trial?.goAt === row) answers.push({ trial, isRight: said === trial.label });
}

/** Scores a judge that learns no more, on a stream never seen, without labels; and again with its state lost on the way. */
function testState(
  judge: NetworkJudge,
  name: JudgeName,
  test: ClassTask,
  lagGroups: readonly LagGroup[],
): JudgeScore[] {
  return (['frozen', 'frozen, state wiped'] as const).map((mode) => {
    const answers: LagAnswer[] = [];
    judge.wipeState();
    for (let row = 0; row < test.rows; row++) {
      const trial = test.trials[answers.length];
      if (mode !== 'frozen' && trial !== undefined && row === trial.cueAt + WIPED_AFTER) judge.wipeState();
      answerRow(judge, test, row, answers);
    }
    return { judge: name, mode, groups: scoreByLag(answers, lagGroups), learnedAt: null };
  });
}
