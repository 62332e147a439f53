import { exp } from '../../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Rate of learning where each label comes before the next row, and what it is divided by √labels at first. */
const RATE = 0.05;
const FIRST_RATE = 0.6;
/** Labels still to come at which a label teaches half. */
const RUN = 5;
/** Labels over which the mean lateness goes. */
const LATEST = 2000;
/** Gain of an expert, p over that of the mixture, is cut here: one label must not decide. */
const MOST_GAIN = 20;
/** Probability that the mixture is held to give a class at least: below it a gain would only be larger than the largest. */
const LEAST_P = 1e-3;
/** Share of the weights that each label spreads evenly: an expert that was wrong for a year can come back within a day. */
const SWITCHING = 1e-5;
/** A smaller share than this decides nothing, and costs its exponentials: it is 0. */
const LEAST_WEIGHT = 0.01;

/**
 * Weighs the experts by exponentiated gradients of the mixture's log loss (Kivinen & Warmuth 1997; where some may not answer, as
 * sleeping experts, Freund et al. 1997; with a fixed share, Herbster & Warmuth 1998). So the mixture goes to the best mean of
 * the experts and not only to the best of them, and a label that the mixture expected moves it little.
 * Where labels are late, errors come in runs: a change of class costs the newest label one error for each label that was still to
 * come, and all of these are one mistake. So a label teaches the less, the more labels are usually still to come.
 */
export class ClassMixture implements Stateful {
  /** (N) as learned; they add up to 1. */
  readonly #shares: Float64Array;
  /** (N): share of each expert in the newest answer, none below a hundredth; they add up to 1. */
  readonly weights: Float64Array;
  /** Rows and labels so far, and rows from a row to its label in the mean. */
  #rows = 0;
  #scored = 0;
  #lateness = 0;
  /** Place of the heaviest; those that might answer when the weights were worked out, a bit each, −1: to be worked out anew. */
  #heaviest = 0;
  #answering = -1;

  /** @param priors (N): logarithm of the weight of each expert while nothing is known */
  constructor(priors: readonly number[]) {
    this.#shares = Float64Array.from(priors, exp);
    scale(this.#shares, 0);
    this.weights = new Float64Array(priors.length);
  }

  /**
   * A label has come. p (N): probability that each expert had given to its class; NaN where it had not answered
   * @param lateness rows since the one that it is for
   */
  score(p: Float64Array, lateness: number): void {
    this.#scored++;
    this.#answering = -1;
    this.#lateness += Math.max(1 / this.#scored, 1 / LATEST) * (lateness - this.#lateness);
    const shares = this.#shares;
    let answering = 0;
    let before = 0;
    let mixed = 0;
    for (let i = 0; i < p.length; i++) {
      if (Number.isNaN(p[i])) continue;
      answering++;
      before += shares[i];
      mixed += shares[i] * p[i];
    }
    const expected = Math.max(LEAST_P, mixed / before);
    const rate = this.#share() * Math.max(RATE, FIRST_RATE / Math.sqrt(this.#scored));
    let after = 0;
    for (let i = 0; i < p.length; i++) {
      if (Number.isNaN(p[i])) continue;
      shares[i] = shares[i] * exp(rate * Math.min(MOST_GAIN, p[i] / expected));
      after += shares[i];
    }
    // Those that had not answered keep theirs.
    const kept = ((1 - SWITCHING) * before) / after;
    for (let i = 0; i < p.length; i++) {
      if (!Number.isNaN(p[i])) shares[i] = kept * shares[i] + (SWITCHING * before) / answering;
    }
  }

  /** Share of a mistake that one label tells of: the rest are the other labels of its run. */
  #share(): number {
    const toCome = (this.#lateness * this.#scored) / Math.max(1, this.#rows);
    return 1 / (1 + toCome / RUN);
  }

  /** Fills `weights` for a row. @param mayAnswer (N) @returns place of the heaviest */
  weigh(mayAnswer: readonly boolean[]): number {
    this.#rows++;
    let answering = 0;
    for (let i = 0; i < mayAnswer.length; i++) if (mayAnswer[i]) answering |= 1 << i;
    if (answering === this.#answering) return this.#heaviest;
    this.#answering = answering;
    const { weights } = this;
    this.#heaviest = mayAnswer.indexOf(true);
    for (let i = 0; i < weights.length; i++) {
      weights[i] = mayAnswer[i] ? this.#shares[i] : 0;
      if (weights[i] > weights[this.#heaviest]) this.#heaviest = i;
    }
    scale(weights, 0);
    scale(weights, LEAST_WEIGHT);
    return this.#heaviest;
  }

  exchange(io: StateIo): void {
    io.array('shares', this.#shares);
    this.#rows = io.number('rows', this.#rows);
    this.#scored = io.number('scored', this.#scored);
    this.#lateness = io.number('lateness', this.#lateness);
    if (io.isRestoring) this.#answering = -1;
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
