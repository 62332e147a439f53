import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import { CLASS_SOURCES, type ClassAnswer, type ClassSource } from '../../domain/forecast.ts';
import type { Span } from '../../domain/streamSettings.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { exp } from '../../kernel/math/exp.ts';
import { log } from '../../kernel/math/log.ts';
import type { LabelBlock } from '../../model/labelBlock.ts';
import { NO_LABEL } from '../../model/labelBlock.ts';
import type { LabelBlocks } from '../../model/labelBlocks.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { type AnswerBlock, type KeptAnswers, keptAnswers } from './answerBlock.ts';
import { ClassExperts, type ExpertOptions, type NewestLabel } from './classExperts.ts';
import { ClassMixture } from './classMixture.ts';
import { Dwell } from './dwell.ts';
import { LabelCounts } from './labelCounts.ts';
import { PrequentialScores } from './prequentialScores.ts';
import { largestOf } from './softmax.ts';
import { Temperature } from './temperature.ts';

/** Rows from one turn of learning to the next, and windows of a turn. */
const EVERY = 32;
const WINDOWS = 2;
const NET = CLASS_SOURCES.indexOf('net');
/** A smaller share of the mixture than this is not worth its exponentials. */
const LEAST_WEIGHT = 1e-9;
/** Experts that may answer, by place: where the newest label is fresh, and where it is not. */
const ALL: readonly boolean[] = CLASS_SOURCES.map(() => true);
const WITHOUT_LABEL: readonly boolean[] = CLASS_SOURCES.map(
  (name) => name === 'instant' || name === 'recent' || name === 'net',
);

export interface JudgeOptions extends Omit<ExpertOptions, 'classes'> {
  readonly dwell: Span;
}

/** A row whose label has come: where its inputs lie, and what was said of it. */
export interface LabelledRow {
  readonly block: LabelBlock;
  readonly answers: AnswerBlock;
  readonly row: number;
  /** (D) its inputs */
  readonly x: Float32Array;
}

/** Weighs the experts, publishes a class, and learns. It knows no times and no spans: rows come to it one by one. */
export class ClassJudge implements Stateful {
  readonly #kernel: Kernel;
  readonly #options: JudgeOptions;
  readonly #mixture: ClassMixture = new ClassMixture(CLASS_SOURCES.length, NET);
  readonly #temperature: Temperature = new Temperature();
  readonly #dwell: Dwell;
  readonly #scores: PrequentialScores;
  readonly counts: LabelCounts;
  readonly #errors: Float64Array = new Float64Array(CLASS_SOURCES.length);
  names: readonly string[];
  /** undefined while there are fewer than two classes. */
  #experts: ClassExperts | undefined;
  /** (C): ln p of the mixture, before and after the temperature. */
  #mixed: Float64Array = new Float64Array(0);
  #logP: Float64Array = new Float64Array(0);
  #weights: Float64Array = new Float64Array(0);
  #noBytes: Uint8Array = new Uint8Array(0);
  #kept: KeptAnswers | undefined;
  #published = NO_LABEL;
  #source: ClassSource = 'net';
  #sinceTurn = 0;
  #turns = 0;

  /** @throws RangeError where the kernel cannot hold the network, KernelFullError where others have taken its memory */
  constructor(kernel: Kernel, names: readonly string[], options: JudgeOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.names = names;
    this.#dwell = new Dwell(options.dwell);
    this.#scores = new PrequentialScores(names.length);
    this.counts = new LabelCounts(names.length, options.longestLag !== undefined);
    this.#experts = this.#createExperts(names.length);
    this.#makeRoom();
  }

  #createExperts(classes: number): ClassExperts | undefined {
    return classes < 2 ? undefined : new ClassExperts(this.#kernel, { ...this.#options, classes });
  }

  #makeRoom(): void {
    const C = this.names.length;
    this.#noBytes = new Uint8Array(C);
    this.#mixed = new Float64Array(C);
    this.#logP = new Float64Array(C);
    this.#weights = new Float64Array(C);
    this.#kept = this.#experts && keptAnswers({ ...this.#experts.logP, mixed: this.#mixed });
  }

  /** h, c (H) out: the state of the network before the row to come. */
  copyState(h: Float32Array, c: Float32Array): void {
    this.#experts?.net.copyState(h, c);
  }

  resetState(): void {
    this.#experts?.net.resetState();
  }

  /** Newest label and its age as the experts may see them. @param age in rows */
  newestLabel(last: number, age: number): NewestLabel {
    return { last, age, isFresh: last !== NO_LABEL && this.counts.isFresh(age) };
  }

  /**
   * A row has come; `push` is told of all that is to be kept of it. x (D)
   * @returns false where the network's numbers are not finite: its kept states are to be forgotten
   */
  judge(x: Float32Array, label: NewestLabel, at: number, block: LabelBlock, answers: AnswerBlock): boolean {
    const isSound = this.#experts?.judge(x, label) !== false;
    if (!isSound) this.#experts?.net.rollBack(at);
    this.#published = NO_LABEL;
    if (this.#experts !== undefined) this.#mix(this.#experts, label);
    if (this.#experts !== undefined && label.last !== NO_LABEL) this.#publish(at);
    const probability = this.#published === NO_LABEL ? 0 : exp(this.#logP[this.#published]);
    const { last, age, isFresh } = label;
    answers.put(block.rows, { at, last, age, isFresh, published: this.#published, probability }, this.#kept);
    block.push(x, this.#experts?.bytes ?? this.#noBytes);
    return isSound;
  }

  #mix({ answers }: ClassExperts, { isFresh }: NewestLabel): void {
    const mixed = this.#mixed;
    this.#source = CLASS_SOURCES[this.#mixture.weigh(isFresh ? ALL : WITHOUT_LABEL)];
    mixed.fill(0);
    for (let expert = 0; expert < answers.length; expert++) {
      const weight = this.#mixture.weights[expert];
      // One that may not answer weighs nothing, and its numbers are old.
      if (weight < LEAST_WEIGHT) continue;
      const logP = answers[expert];
      for (let c = 0; c < mixed.length; c++) mixed[c] = mixed[c] + weight * exp(logP[c]);
    }
    for (let c = 0; c < mixed.length; c++) mixed[c] = log(mixed[c]);
  }

  #publish(at: number): void {
    this.#logP.set(this.#mixed);
    this.#temperature.apply(this.#logP);
    const likeliest = largestOf(this.#logP);
    this.#published = this.#dwell.publish(likeliest, exp(this.#logP[likeliest]), at);
  }

  /** The published answer for the newest row. @param rows of the stream so far */
  answer(rows: number): ClassAnswer | undefined {
    if (this.#published === NO_LABEL) return undefined;
    return {
      label: this.names[this.#published],
      classes: this.names,
      probabilities: toProbabilities(this.#logP),
      since: this.#dwell.publishedSince as EpochMs,
      source: this.#source,
      scores: this.#scores.read(rows),
    };
  }

  /** A row has class `label`. Scores what was said of it then, and lets the regressions learn. @param isFirst its first label */
  learnRow({ block, answers, row, x }: LabelledRow, label: number, isFirst: boolean): void {
    const answer = answers.get(row);
    if (this.#experts !== undefined) {
      CLASS_SOURCES.forEach((name, expert) => {
        const isThere = answer.isFresh || !needsLabel(expert);
        const said =
          name === 'last' ? answer.last : name === 'recent' ? block.likeliest(row) : answers.likeliest(row, name);
        this.#errors[expert] = isThere ? Number(said !== label) : Number.NaN;
      });
      this.#mixture.score(this.#errors);
      if (answer.published !== NO_LABEL) {
        answers.logP(row, 'mixed', this.#logP);
        this.#temperature.learn(this.#logP, label);
        if (isFirst) this.#scores.add(answer.published, answer.probability, label);
      }
      answers.logP(row, 'net', this.#logP);
      this.#experts.learn(x, this.#logP, answer, label);
    }
    this.counts.add(label, answer.age);
  }

  /**
   * Once after each row; on every 32nd it learns windows of labelled rows, as the effort allows.
   * @returns false where the network's numbers are not finite: its kept states are to be forgotten
   */
  learn(effort: Effort, blocks: LabelBlocks, at: number): boolean {
    if (++this.#sinceTurn < (this.#options.longestLag === undefined ? EVERY : EVERY / 2)) return true;
    this.#sinceTurn = 0;
    if (effort === NO_LEARNING || this.#experts === undefined) return true;
    this.#turns++;
    if (effort >= 2 && this.#turns % 2 !== 0) return true;
    const { net } = this.#experts;
    if (!net.mayLearn(at)) return true;
    this.counts.weights(this.#weights);
    for (let n = 0; n < WINDOWS; n++) {
      const window = blocks.draw(this.#weights);
      if (window === undefined) return true;
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
    };
    for (const [name, part] of Object.entries(parts)) part.exchange(io.within(name));
    this.#experts?.exchange(io.within('experts'));
    this.#sinceTurn = io.number('sinceTurn', this.#sinceTurn);
    this.#turns = io.number('turns', this.#turns);
  }

  free(): void {
    this.#experts?.free();
  }
}

/** The expert answers only where the newest label is fresh. */
function needsLabel(expert: number): boolean {
  return !WITHOUT_LABEL[expert];
}

function toProbabilities(logP: Float64Array): number[] {
  const probabilities = new Array<number>(logP.length);
  for (let c = 0; c < logP.length; c++) probabilities[c] = exp(logP[c]);
  return probabilities;
}
