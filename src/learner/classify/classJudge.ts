import type { Effort } from '../../domain/effort.ts';
import { CLASS_SOURCES, type ClassAnswer, type ClassSource } from '../../domain/forecast.ts';
import type { Span } from '../../domain/streamSettings.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { LabelBlock } from '../../model/labelBlock.ts';
import { NO_LABEL } from '../../model/labelBlock.ts';
import type { LabelBlocks } from '../../model/labelBlocks.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import type { AnswerBlock, RowAnswer, RowOpinions } from './answerBlock.ts';
import { ClassExperts, type ExpertOptions } from './classExperts.ts';
import { ClassMixture } from './classMixture.ts';
import { Dwell } from './dwell.ts';
import { LabelCounts, NO_AGE } from './labelCounts.ts';
import { LearningTurns } from './learningTurns.ts';
import { PrequentialScores } from './prequentialScores.ts';
import { largestOf } from './softmax.ts';
import { Temperature } from './temperature.ts';

/** Windows of a turn of learning. */
const WINDOWS = 2;
/** Logarithms of the experts' weights while nothing is known: the network learns to be right, the newest label does not. */
const PRIORS: readonly number[] = CLASS_SOURCES.map((name) => (name === 'net' ? 0.5 : name === 'last' ? -0.5 : 0));
/** Experts that may answer, by place: where the newest label is fresh, and where it is not. */
const ALL: readonly boolean[] = CLASS_SOURCES.map(() => true);
const WITHOUT_LABEL: readonly boolean[] = CLASS_SOURCES.map(
  (name) => name === 'instant' || name === 'recent' || name === 'net',
);

const NO_ANSWER: RowAnswer = {
  at: 0,
  last: NO_LABEL,
  age: NO_AGE,
  isFresh: false,
  published: NO_LABEL,
  probability: 0,
};

export interface JudgeOptions extends Omit<ExpertOptions, 'classes'> {
  readonly dwell: Span;
}

/** A row whose label has come: its inputs, and where it stands what was said of it. */
export interface LabelledRow {
  readonly answers: AnswerBlock;
  readonly row: number;
  /** (D) its inputs */
  readonly x: Float32Array;
  /** Rows that have come since. */
  readonly lateness: number;
}

/** Weighs the experts, publishes a class, and learns. It knows no times and no spans: rows come to it one by one. */
export class ClassJudge implements Stateful {
  readonly #kernel: Kernel;
  readonly #options: JudgeOptions;
  readonly #mixture: ClassMixture = new ClassMixture(PRIORS);
  readonly #temperature: Temperature = new Temperature();
  readonly #dwell: Dwell;
  readonly #scores: PrequentialScores;
  readonly counts: LabelCounts;
  /** (N) scratch */
  readonly #given: Float64Array = new Float64Array(CLASS_SOURCES.length);
  names: readonly string[];
  /** undefined while there are fewer than two classes. */
  #experts: ClassExperts | undefined;
  /** (C): probabilities after the temperature. */
  #p: Float64Array = new Float64Array(0);
  /** (C) scratch */
  #logP: Float64Array = new Float64Array(0);
  #weights: Float64Array = new Float64Array(0);
  #noBytes: Uint8Array = new Uint8Array(0);
  #opinions: RowOpinions | undefined;
  readonly #answer: { -readonly [K in keyof RowAnswer]: RowAnswer[K] } = { ...NO_ANSWER };
  #source: ClassSource = 'net';
  readonly #turns: LearningTurns;

  /** @throws RangeError where the kernel cannot hold the network, KernelFullError where others have taken its memory */
  constructor(kernel: Kernel, names: readonly string[], options: JudgeOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.names = names;
    this.#dwell = new Dwell(options.dwell);
    this.#scores = new PrequentialScores(names.length);
    const isMemoryLong = options.longestLag !== undefined;
    this.counts = new LabelCounts(names.length, isMemoryLong);
    this.#turns = new LearningTurns(isMemoryLong);
    this.#experts = this.#createExperts(names.length);
    this.#makeRoom();
  }

  #createExperts(classes: number): ClassExperts | undefined {
    return classes < 2 ? undefined : new ClassExperts(this.#kernel, { ...this.#options, classes });
  }

  #makeRoom(): void {
    const C = this.names.length;
    this.#noBytes = new Uint8Array(C);
    this.#p = new Float64Array(C);
    this.#logP = new Float64Array(C);
    this.#weights = new Float64Array(C);
    const experts = this.#experts;
    this.#opinions = experts && {
      likeliest: experts.likeliest,
      sureness: experts.sureness,
      netLogP: experts.netLogP,
      mixedLogP: experts.mixedLogP,
    };
  }

  /** h, c (H) out: the state of the network before the row to come. */
  copyState(h: Float32Array, c: Float32Array): void {
    this.#experts?.net.copyState(h, c);
  }

  resetState(): void {
    this.#experts?.net.resetState();
  }

  /**
   * A row has come; what is to be kept of it goes into the blocks. x (D)
   * @param last class of the newest label, or NO_LABEL @param age in rows
   * @returns false where the network's numbers are not finite: its kept states are to be forgotten
   */
  judge(x: Float32Array, last: number, age: number, at: number, block: LabelBlock, answers: AnswerBlock): boolean {
    const answer = this.#answer;
    answer.at = at;
    answer.last = last;
    answer.age = age;
    answer.isFresh = last !== NO_LABEL && this.counts.isFresh(age);
    answer.published = NO_LABEL;
    answer.probability = 0;
    const isSound = this.#experts === undefined || this.#mix(this.#experts, x);
    if (!isSound) this.#experts?.net.rollBack(at);
    answers.put(block.rows, answer, this.#opinions);
    block.push(x, this.#experts?.bytes ?? this.#noBytes);
    return isSound;
  }

  #mix(experts: ClassExperts, x: Float32Array): boolean {
    const answer = this.#answer;
    this.#source = CLASS_SOURCES[this.#mixture.weigh(answer.isFresh ? ALL : WITHOUT_LABEL)];
    const isSound = experts.judge(x, answer, this.#mixture.weights, this.counts.sameness);
    if (!this.counts.areAny) return isSound;
    this.#temperature.apply(this.#p, experts.mixedLogP);
    const likeliest = largestOf(this.#p);
    answer.published = this.#dwell.publish(likeliest, this.#p[likeliest], answer.at);
    answer.probability = this.#p[answer.published];
    return isSound;
  }

  /** The published answer for the newest row. @param rows of the stream so far */
  answer(rows: number): ClassAnswer | undefined {
    const { published } = this.#answer;
    if (published === NO_LABEL) return undefined;
    return {
      label: this.names[published],
      classes: this.names,
      probabilities: toNumbers(this.#p),
      since: this.#dwell.publishedSince as EpochMs,
      source: this.#source,
      scores: this.#scores.read(rows),
    };
  }

  /** A row has class `label`. Scores what was said of it then, and lets the regressions learn. @param isFirst its first label */
  learnRow({ answers, row, x, lateness }: LabelledRow, label: number, isFirst: boolean): void {
    const answer = answers.get(row);
    if (this.#experts !== undefined) {
      for (let expert = 0; expert < this.#given.length; expert++) {
        const isThere = answer.isFresh || WITHOUT_LABEL[expert];
        this.#given[expert] = isThere ? answers.probabilityOf(row, expert, label) : Number.NaN;
      }
      this.#mixture.score(this.#given, lateness);
      if (answer.isFresh) this.counts.compare(answer.last === label);
      if (answer.published !== NO_LABEL) {
        answers.mixedLogP(row, this.#logP);
        this.#temperature.learn(this.#logP, label);
        if (isFirst) this.#scores.add(answer.published, answer.probability, label);
      }
      answers.netLogP(row, this.#logP);
      this.#experts.learn(x, this.#logP, answer, label);
    }
    this.counts.add(label, answer.age);
  }

  /**
   * Once after each row; in its turns it learns windows of labelled rows, as the effort allows.
   * @returns false where the network's numbers are not finite: its kept states are to be forgotten
   */
  learn(effort: Effort, blocks: LabelBlocks, at: number): boolean {
    const net = this.#turns.isDue(effort) ? this.#experts?.net : undefined;
    if (net === undefined || !net.mayLearn(at)) return true;
    this.counts.weights(this.#weights);
    for (let n = 0; n < WINDOWS; n++) {
      const window = blocks.draw(this.#weights);
      if (window === undefined) return true;
      this.#turns.spend(window.rows);
      if (net.learn(window) !== 'not-finite') continue;
      net.rollBack(at);
      return false;
    }
    return true;
  }

  /**
   * Another list of classes: a name that was there before keeps what was learned of it.
   * @returns place of each name among those before, −1 for one that is new
   * @throws KernelFullError, and nothing is changed then
   */
  changeClasses(names: readonly string[]): readonly number[] {
    const from = names.map((name) => this.names.indexOf(name));
    const isLearned = this.#experts !== undefined && names.length >= 2;
    const experts = isLearned
      ? (this.#experts as ClassExperts).withClasses(this.#kernel, from)
      : this.#createExperts(names.length);
    this.#experts?.free();
    this.#experts = experts;
    this.names = names;
    for (const part of [this.#dwell, this.#scores, this.counts]) part.changeClasses(from);
    this.#makeRoom();
    return from;
  }

  exchange(io: StateIo): void {
    const parts = {
      mixture: this.#mixture,
      temperature: this.#temperature,
      dwell: this.#dwell,
      scores: this.#scores,
      counts: this.counts,
      turns: this.#turns,
    };
    for (const [name, part] of Object.entries(parts)) part.exchange(io.within(name));
    this.#experts?.exchange(io.within('experts'));
  }

  free(): void {
    this.#experts?.free();
  }
}

/** A copy, faster than by an iterator. */
function toNumbers(p: Float64Array): number[] {
  const numbers = new Array<number>(p.length);
  for (let c = 0; c < p.length; c++) numbers[c] = p[c];
  return numbers;
}
