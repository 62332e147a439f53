import type { Network } from '../../model/network.ts';
import type { LagAnswer } from './recallScore.ts';
import { RECALL_INPUTS, type RecallSeries, type RecallTrial } from './recallTask.ts';

export interface RecallAnswer extends LagAnswer {
  readonly trial: RecallTrial;
}

export interface RecallRunOptions {
  /** Off: the weights stay as they are. */
  readonly isLearning: boolean;
  /** Takes h and c away once in each trial, half way between cue and go. Only without learning. */
  readonly wipesState: boolean;
}

/** One network on one series, row by row as a sensor would bring them: the label of a go arrives with the row after it. */
export class RecallRun {
  readonly answers: RecallAnswer[] = [];
  readonly #network: Network;
  readonly #series: RecallSeries;
  readonly #options: RecallRunOptions;
  readonly #x = new Float32Array(RECALL_INPUTS);
  readonly #y = new Float32Array(1);
  #row = 0;

  constructor(network: Network, series: RecallSeries, options: RecallRunOptions) {
    this.#network = network;
    this.#series = series;
    this.#options = options;
  }

  get row(): number {
    return this.#row;
  }

  /** Goes on by the given number of rows, or to the end. @returns true while rows are left */
  advance(rows: number): boolean {
    const end = Math.min(this.#row + rows, this.#series.rows);
    for (; this.#row < end; this.#row++) this.#step();
    return end < this.#series.rows;
  }

  #step(): void {
    const { isLearning, wipesState } = this.#options;
    const { x, trials } = this.#series;
    const latest = this.answers.at(-1)?.trial;
    if (isLearning && latest?.goAt === this.#row - 1) this.#network.setTarget(0, 0, latest.cue);
    const trial = trials[this.answers.length];
    if (wipesState && trial !== undefined && this.#row === wipeRow(trial)) this.#network.resetState();
    const at = this.#row * RECALL_INPUTS;
    for (let k = 0; k < RECALL_INPUTS; k++) this.#x[k] = x[at + k];
    this.#network.step(this.#y, this.#x);
    if (trial?.goAt === this.#row) {
      const answer = this.#y[0] > 0 ? 1 : 0;
      this.answers.push({ trial, isRight: answer === trial.cue });
    }
    if (isLearning) this.#network.learn();
  }
}

function wipeRow({ cueAt, goAt }: RecallTrial): number {
  return Math.ceil((cueAt + goAt) / 2);
}
