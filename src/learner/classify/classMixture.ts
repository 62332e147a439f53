import { exp } from '../../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Labels that count, some 5,000 where each comes before the next row: those of neighbouring rows are nearly copies, and a short memory trusts what is right in the quiet. */
const DISCOUNT = 0.9998;
/** Rows that count, some 10,000: where labels are rare the network has learned since, and its first errors say little of it now. */
const ROW_DISCOUNT = 0.9999;
/** Ten errors fewer make an expert e times as heavy, where each label comes before the next row. */
const STRICTNESS = 0.1;
/** Labels still to come at which an error counts half. */
const RUN = 10;
/** Labels over which the mean lateness goes. */
const LATEST = 2000;
/** Discounted labels below which an expert is not known. */
const LEAST_LABELS = 1e-9;
/** The usual expert is e times as heavy as each of the others while nothing is known. */
const PRIOR = 1;
/** A smaller share than this decides nothing, and costs its exponentials: it is 0. */
const LEAST_WEIGHT = 0.01;
/** Rows after which weights are worked out anew where no label has come: until then they hardly change. */
const STANDS_FOR = 16;

/**
 * Weighs the experts by their errors (Hedge; Freund & Schapire 1997). Errors and not log losses, because the class is what is
 * published: where classes last, the newest label is right most of the time and its log loss is high all the same.
 * Where labels are late, errors come in runs: a change of class costs the newest label one error for each label that was still to
 * come, and all of these are one mistake. So an error counts the less, the more labels are usually still to come.
 */
export class ClassMixture implements Stateful {
  readonly #usual: number;
  /** (N) discounted: errors of each expert, and the labels that they are of. */
  readonly #errors: Float64Array;
  readonly #labels: Float64Array;
  /** Rows and labels so far, and rows from a row to its label in the mean. */
  #rows = 0;
  #scored = 0;
  #lateness = 0;
  /** (N): share of each expert in the newest answer, none below a hundredth; they add up to 1. */
  readonly weights: Float64Array;
  /** Place of the heaviest; those that might answer when the weights were worked out, a bit each, and rows since then. */
  #heaviest = 0;
  #answering = -1;
  #since = 0;

  /** @param experts N @param usual place of the expert that is trusted as long as nothing is known */
  constructor(experts: number, usual: number) {
    this.#usual = usual;
    this.#errors = new Float64Array(experts);
    this.#labels = new Float64Array(experts);
    this.weights = new Float64Array(experts);
  }

  /**
   * A label has come. errors (N): 1 where the expert had said another class, 0 where not; NaN where it had not answered
   * @param lateness rows since the one that it is for
   */
  score(errors: Float64Array, lateness: number): void {
    this.#scored++;
    this.#answering = -1;
    this.#lateness += Math.max(1 / this.#scored, 1 / LATEST) * (lateness - this.#lateness);
    // What counts less is remembered for longer: the evidence that there is stays the same.
    const discount = 1 - (1 - DISCOUNT) * this.#share;
    for (let i = 0; i < errors.length; i++) {
      if (Number.isNaN(errors[i])) continue;
      this.#errors[i] = discount * this.#errors[i] + errors[i];
      this.#labels[i] = discount * this.#labels[i] + 1;
    }
  }

  /** Share of a mistake that one error is: the rest are the other errors of its run. */
  get #share(): number {
    const toCome = (this.#lateness * this.#scored) / Math.max(1, this.#rows);
    return 1 / (1 + toCome / RUN);
  }

  /** Fills `weights` for a row. @param mayAnswer (N) @returns place of the heaviest */
  weigh(mayAnswer: readonly boolean[]): number {
    this.#rows++;
    this.#since++;
    let answering = 0;
    for (let i = 0; i < mayAnswer.length; i++) if (mayAnswer[i]) answering |= 1 << i;
    if (answering === this.#answering && this.#since < STANDS_FOR) return this.#heaviest;
    this.#forget();
    this.#answering = answering;
    this.#workOut(mayAnswer);
    return this.#heaviest;
  }

  /** Errors of the rows since the last time are older by those rows. */
  #forget(): void {
    let discount = 1;
    for (; this.#since > 0; this.#since--) discount *= ROW_DISCOUNT;
    for (let i = 0; i < this.weights.length; i++) {
      this.#errors[i] = discount * this.#errors[i];
      this.#labels[i] = discount * this.#labels[i];
    }
  }

  #workOut(mayAnswer: readonly boolean[]): void {
    const { weights } = this;
    const strictness = STRICTNESS * this.#share;
    let least = Number.POSITIVE_INFINITY;
    let heaviest = this.#usual;
    for (let i = 0; i < weights.length; i++) {
      const prior = i === this.#usual ? PRIOR : 0;
      weights[i] = mayAnswer[i] ? strictness * this.#errorsOf(i) - prior : Number.POSITIVE_INFINITY;
      if (weights[i] < least) heaviest = i;
      least = Math.min(least, weights[i]);
    }
    for (let i = 0; i < weights.length; i++) weights[i] = mayAnswer[i] ? exp(least - weights[i]) : 0;
    scale(weights, 0);
    scale(weights, LEAST_WEIGHT);
    this.#heaviest = heaviest;
  }

  /** Errors as if the expert had answered as often as the usual one. */
  #errorsOf(expert: number): number {
    if (expert === this.#usual) return this.#errors[expert];
    const labels = this.#labels[expert];
    return labels < LEAST_LABELS
      ? Number.POSITIVE_INFINITY
      : (this.#errors[expert] / labels) * this.#labels[this.#usual];
  }

  exchange(io: StateIo): void {
    io.array('errors', this.#errors);
    io.array('labels', this.#labels);
    io.array('weights', this.weights);
    this.#heaviest = io.number('heaviest', this.#heaviest);
    this.#answering = io.number('answering', this.#answering);
    this.#since = io.number('since', this.#since);
    this.#rows = io.number('rows', this.#rows);
    this.#scored = io.number('scored', this.#scored);
    this.#lateness = io.number('lateness', this.#lateness);
  }
}

/** Weights that add up to 1, those below `least` at 0. */
function scale(weights: Float64Array, least: number): void {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] < least) weights[i] = 0;
    sum += weights[i];
  }
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i] / sum;
}
