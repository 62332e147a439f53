import { exp } from '../../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Labels that count, some 5,000: those of neighbouring rows are nearly copies, and a short memory trusts what is right in the quiet. */
const DISCOUNT = 0.9998;
/** Rows that count, some 10,000: where labels are rare the network has learned since, and its first errors say little of it now. */
const ROW_DISCOUNT = 0.9999;
/** Ten errors fewer make an expert e times as heavy, where each label comes before the next row. */
const STRICTNESS = 0.1;
/** Labels still to come at which an error counts half. */
const RUN = 40;
/** Labels over which the mean lateness goes. */
const LATEST = 2000;
/** Discounted labels below which an expert is not known. */
const LEAST_LABELS = 1e-9;
/** Errors that the usual expert has less than it made: the others must first show that they are better. */
const HEAD_START = 10;

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
  /** (N): share of each expert in the newest answer; they add up to 1. */
  readonly weights: Float64Array;

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
    this.#lateness += Math.max(1 / this.#scored, 1 / LATEST) * (lateness - this.#lateness);
    for (let i = 0; i < errors.length; i++) {
      if (Number.isNaN(errors[i])) continue;
      this.#errors[i] = DISCOUNT * this.#errors[i] + errors[i];
      this.#labels[i] = DISCOUNT * this.#labels[i] + 1;
    }
  }

  /** Fills `weights` for a row. @param mayAnswer (N) @returns place of the heaviest */
  weigh(mayAnswer: readonly boolean[]): number {
    const { weights } = this;
    this.#rows++;
    const toCome = (this.#lateness * this.#scored) / this.#rows;
    const strictness = STRICTNESS / (1 + toCome / RUN);
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < weights.length; i++) {
      this.#errors[i] = ROW_DISCOUNT * this.#errors[i];
      this.#labels[i] = ROW_DISCOUNT * this.#labels[i];
      weights[i] = mayAnswer[i] ? strictness * this.#errorsOf(i) : Number.POSITIVE_INFINITY;
      least = Math.min(least, weights[i]);
    }
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      weights[i] = mayAnswer[i] ? exp(least - weights[i]) : 0;
      sum += weights[i];
    }
    let heaviest = this.#usual;
    for (let i = 0; i < weights.length; i++) {
      weights[i] = weights[i] / sum;
      if (weights[i] > weights[heaviest]) heaviest = i;
    }
    return heaviest;
  }

  /** Errors as if the expert had answered as often as the usual one. */
  #errorsOf(expert: number): number {
    if (expert === this.#usual) return this.#errors[expert] - HEAD_START;
    const labels = this.#labels[expert];
    return labels < LEAST_LABELS
      ? Number.POSITIVE_INFINITY
      : (this.#errors[expert] / labels) * this.#labels[this.#usual];
  }

  exchange(io: StateIo): void {
    io.array('errors', this.#errors);
    io.array('labels', this.#labels);
    this.#rows = io.number('rows', this.#rows);
    this.#scored = io.number('scored', this.#scored);
    this.#lateness = io.number('lateness', this.#lateness);
  }
}
