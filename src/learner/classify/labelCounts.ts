import type { Stateful, StateIo } from '../../model/stateIo.ts';

const DISCOUNT = 0.9995;
/** Ages of the newest label that are told apart; the last one stands for "none has come". */
export const NO_AGE = 65_535;
const AGE_FADING = 0.99;
/** Slack of the age rule, in rows. */
const SLACK = 10;
/** A label that is older tells nothing of the present row, and what was learned of it with younger ones would mislead. */
const OLDEST = 500;
/** Share of labels that are as the newest one: a guess that counts as ten labels, and the labels over which it is measured. */
const FIRST_SAMENESS = 0.9;
const FIRST_LABELS = 10;
const MOST_LABELS = 500;
const MOST_SAMENESS = 0.999;
/** The newest label is a little likelier than chance at least: else it would name any class. */
const ABOVE_CHANCE = 1.1;

/** Labels seen so far: their classes, and how old the newest one usually is. */
export class LabelCounts implements Stateful {
  /** (C) discounted */
  #counts: Float64Array;
  /** Largest age of the newest known label at rows that were then labelled; fades. */
  #longestAge = 0;
  /** Share of labels that were as the newest one known at their row; discounted. */
  #sameness = FIRST_SAMENESS;
  #compared = FIRST_LABELS;
  readonly #isRareDear: boolean;

  /** @param isRareDear classes are weighed by 1/share and not by its root: for rare ones that take a long memory to tell */
  constructor(classes: number, isRareDear: boolean) {
    this.#counts = new Float64Array(classes);
    this.#isRareDear = isRareDear;
  }

  get counts(): Float64Array {
    return this.#counts;
  }

  /** A class of now has had a label. */
  get areAny(): boolean {
    for (let c = 0; c < this.#counts.length; c++) if (this.#counts[c] > 0) return true;
    return false;
  }

  /** @param age of the newest label known at that row, in rows */
  add(label: number, age: number): void {
    for (let c = 0; c < this.#counts.length; c++) this.#counts[c] = DISCOUNT * this.#counts[c];
    this.#counts[label] = this.#counts[label] + 1;
    this.#longestAge = Math.max(AGE_FADING * this.#longestAge, age <= OLDEST ? age : 0);
  }

  /** A row has been labelled that had a newest label which was fresh. @param isSame its label is as that one */
  compare(isSame: boolean): void {
    this.#compared = Math.min(MOST_LABELS, this.#compared + 1);
    this.#sameness += (Number(isSame) - this.#sameness) / this.#compared;
  }

  /** Probability that a row is of the class of the newest label, where that is fresh. */
  get sameness(): number {
    return Math.min(MOST_SAMENESS, Math.max(ABOVE_CHANCE / this.#counts.length, this.#sameness));
  }

  /** The newest label is no older than usual: while labels have stopped nothing may lean on it. */
  isFresh(age: number): boolean {
    return age <= OLDEST && age <= 2 * this.#longestAge + SLACK;
  }

  /** weights (C) out: share of a row of each class in a loss, with a cap: a class of three labels must not rule. */
  weights(weights: Float64Array): void {
    const C = this.#counts.length;
    let total = C;
    for (let c = 0; c < C; c++) total += this.#counts[c];
    for (let c = 0; c < C; c++) {
      const inverse = total / (C * (this.#counts[c] + 1));
      weights[c] = this.#isRareDear ? Math.min(20, inverse) : Math.min(5, Math.sqrt(inverse));
    }
  }

  /** @param from (new C): place of each class among those so far, −1 for one that is new */
  changeClasses(from: readonly number[]): void {
    this.#counts = Float64Array.from(from, (source) => (source < 0 ? 0 : this.#counts[source]));
  }

  exchange(io: StateIo): void {
    io.array('counts', this.#counts);
    this.#longestAge = io.number('longestAge', this.#longestAge);
    this.#sameness = io.number('sameness', this.#sameness);
    this.#compared = io.number('compared', this.#compared);
  }
}
