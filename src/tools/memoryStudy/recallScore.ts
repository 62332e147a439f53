import { LONGEST_LAG, SHORTEST_LAG } from './recallTask.ts';

export interface LagGroup {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

export const LAG_GROUPS: readonly LagGroup[] = [
  { label: '≤ 15', from: SHORTEST_LAG, to: 15 },
  { label: '16–30', from: 16, to: 30 },
  { label: '31–49', from: 31, to: 49 },
  { label: '≥ 50', from: 50, to: LONGEST_LAG },
];

/** An answer given at a go. It is about the row `cueAt`, which lies a lag of `goAt − cueAt` rows before. */
export interface LagAnswer {
  readonly trial: { readonly cueAt: number; readonly goAt: number };
  readonly isRight: boolean;
}

/** Right answers in trials with lags of one group. */
export interface GroupScore extends LagGroup {
  readonly trials: number;
  /** Share of right answers; null where there was no trial. */
  readonly accuracy: number | null;
}

export function scoreByLag(
  answers: readonly LagAnswer[],
  lagGroups: readonly LagGroup[] = LAG_GROUPS,
): readonly GroupScore[] {
  return lagGroups.map((group) => {
    const ofGroup = answers.filter(({ trial }) => {
      const lag = trial.goAt - trial.cueAt;
      return lag >= group.from && lag <= group.to;
    });
    const right = ofGroup.filter(({ isRight }) => isRight).length;
    return { ...group, trials: ofGroup.length, accuracy: ofGroup.length === 0 ? null : right / ofGroup.length };
  });
}

/** The part of an online run, from the end, that is scored. */
const SCORED_SHARE = 0.25;

export function scoredPart<A>(answers: readonly A[]): readonly A[] {
  return answers.slice(Math.floor(answers.length * (1 - SCORED_SHARE)));
}

const SPAN = 200;
const LEARNED = 0.95;

/** The row of the go with which 95 % of the last 200 answers were right for the first time; null: never. */
export function learnedAt(answers: readonly LagAnswer[]): number | null {
  let right = 0;
  for (const [i, { trial, isRight }] of answers.entries()) {
    right += Number(isRight) - Number(answers[i - SPAN]?.isRight ?? false);
    if (i >= SPAN - 1 && right >= LEARNED * SPAN) return trial.goAt;
  }
  return null;
}
